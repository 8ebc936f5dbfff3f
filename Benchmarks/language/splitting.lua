local records = {}
for i = 0, 19999 do records[#records + 1] = "name" .. (i % 97) .. ";" .. (i % 31) .. ";" .. (i * 3 % 1009) end
local text = table.concat(records, "\n")

local function split(text, separator)
  local parts, start = {}, 1
  while true do
    local at = string.find(text, separator, start, true)
    if not at then
      parts[#parts + 1] = string.sub(text, start)
      return parts
    end
    parts[#parts + 1] = string.sub(text, start, at - 1)
    start = at + 1
  end
end

local function parse(text)
  local totals, sum = {}, 0
  for _, line in ipairs(split(text, "\n")) do
    local fields = split(line, ";")
    local number = math.tointeger(fields[3])
    sum = sum + math.tointeger(fields[2]) * number
    totals[fields[1]] = (totals[fields[1]] or 0) + number
  end
  return sum, totals
end

local result = 0
for _ = 1, 10 do
  local sum, totals = parse(text)
  result = result + sum + totals["name5"]
end
print(result)
