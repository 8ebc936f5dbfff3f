local function convolve(image, kernel)
  local height = #image
  local width = #image[1]
  local out = {}
  for y = 1, height - 2 do
    local row = {}
    out[y] = row
    for x = 1, width - 2 do
      local sum = 0.0
      for i = 0, 2 do
        for j = 0, 2 do sum = sum + image[y + i][x + j] * kernel[i + 1][j + 1] end
      end
      out[y][x] = sum
    end
  end
  return out
end

local image = {}
for y = 0, 255 do
  local row = {}
  for x = 0, 255 do row[x + 1] = ((x * 7 + y * 13) % 101) * 1.0 end
  image[y + 1] = row
end
local kernel = {{1.0, 0.0, -1.0}, {2.0, 0.0, -2.0}, {1.0, 0.0, -1.0}}
local total = 0.0
for _ = 1, 8 do
  local out = convolve(image, kernel)
  for y = 1, 254 do for x = 1, 254 do total = total + math.abs(out[y][x]) end end
end
print(math.floor(total))
