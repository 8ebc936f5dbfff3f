local function convolve(image, kernel, height, width)
  local out = {}
  for y = 1, height - 2 do
    local row = {}
    for x = 1, width - 2 do
      local sum = 0.0
      for i = 0, 2 do
        for j = 0, 2 do sum = sum + image[y + i][x + j] * kernel[i + 1][j + 1] end
      end
      row[#row + 1] = sum
    end
    out[#out + 1] = row
  end
  return out
end

local image = {}
for y = 0, 255 do
  local row = {}
  for x = 0, 255 do row[#row + 1] = ((x * 7 + y * 13) % 101) / 10.0 end
  image[#image + 1] = row
end
local kernel = {{1.0, 0.0, -1.0}, {2.0, 0.0, -2.0}, {1.0, 0.0, -1.0}}
local total = 0.0
for _ = 1, 8 do
  local out = convolve(image, kernel, 256, 256)
  for _, row in ipairs(out) do for _, value in ipairs(row) do total = total + math.abs(value) end end
end
print(math.floor(total))
