local function inside(width, height, limit)
  local count = 0
  for row = 0, height - 1 do
    for column = 0, width - 1 do
      local cx = 3.0 * column / width - 2.0
      local cy = 2.0 * row / height - 1.0
      local x, y, n = 0.0, 0.0, 0
      while n < limit and x * x + y * y <= 4.0 do
        local t = x * x - y * y + cx
        y = 2.0 * x * y + cy
        x = t
        n = n + 1
      end
      if n == limit then count = count + 1 end
    end
  end
  return count
end
print(inside(500, 300, 100))
