def convolve(image, kernel):
    height = len(image)
    width = len(image[0])
    out = [[0.0] * (width - 2) for _ in range(height - 2)]
    for y in range(height - 2):
        for x in range(width - 2):
            total = 0.0
            for i in range(3):
                for j in range(3):
                    total += image[y + i][x + j] * kernel[i][j]
            out[y][x] = total
    return out


image = [[0.0] * 256 for _ in range(256)]
for y in range(256):
    for x in range(256):
        image[y][x] = float((x * 7 + y * 13) % 101)
kernel = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]
total = 0.0
for _ in range(8):
    out = convolve(image, kernel)
    for y in range(254):
        for x in range(254):
            total += abs(out[y][x])
print(int(total))
