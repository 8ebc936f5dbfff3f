def make_counter(step):
    count = 0

    def counter():
        nonlocal count
        count += step
        return count

    return counter


def compose(f, g):
    return lambda x: g(f(x))


def apply(values, f):
    result = []
    for value in values:
        result.append(f(value))
    return result


def run(n):
    counter = make_counter(3)
    for _ in range(n):
        counter()
    both = compose(lambda x: x + 1, lambda x: x * 2)
    total = 0
    for i in range(n):
        total += both(i) % 10
    values = []
    for i in range(1000):
        values.append(i)
    for k in range(n // 1000):
        shifted = apply(values, lambda x: x + k)
        total += shifted[999]
    return counter() + total


print(run(1_500_000))
