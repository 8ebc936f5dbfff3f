def inside(width, height, limit):
    count = 0
    for row in range(height):
        for column in range(width):
            cx = 3.0 * column / width - 2.0
            cy = 2.0 * row / height - 1.0
            x = 0.0
            y = 0.0
            n = 0
            while n < limit and x * x + y * y <= 4.0:
                t = x * x - y * y + cx
                y = 2.0 * x * y + cy
                x = t
                n += 1
            if n == limit:
                count += 1
    return count


print(inside(500, 300, 100))
