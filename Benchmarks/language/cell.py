s = 0
hits = 0
for i in range(6_000_000):
    s += i % 13
    if i % 3 == 0:
        hits += 1
print(s, hits)
