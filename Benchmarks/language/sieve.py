def sieve(n):
    flags = [True] * (n + 1)
    count = 0
    for i in range(2, n + 1):
        if flags[i]:
            count += 1
            k = i * i
            while k <= n:
                flags[k] = False
                k += i
    return count


print(sieve(2_000_000))
