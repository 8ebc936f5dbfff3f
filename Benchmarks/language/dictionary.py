def count_numbers(n):
    counts = {}
    x = 1
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        key = x % 1000
        counts[key] = counts.get(key, 0) + 1
    return counts


def count_words(words, n):
    counts = {}
    for i in range(n):
        word = words[i * 7 % len(words)]
        if word not in counts:
            counts[word] = 0
        counts[word] += 1
    return counts


numbers = count_numbers(2_000_000)
words = [f"word{i}" for i in range(50)]
counted = count_words(words, 2_000_000)
print(len(numbers), max(numbers.values()), counted["word7"])
