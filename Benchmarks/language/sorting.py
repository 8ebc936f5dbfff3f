from functools import cmp_to_key


def numbers(n):
    x = 12345
    result = []
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        result.append(x)
    return result


total = 0
for _ in range(3):
    values = sorted(numbers(50_000), key=cmp_to_key(lambda a, b: a % 10007 - b % 10007))
    total += values[0] % 10007 + values[25_000] % 10007
print(total)
