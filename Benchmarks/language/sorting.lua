local function numbers(n)
  local x = 12345
  local result = {}
  for _ = 1, n do
    x = (x * 1103515245 + 12345) % 2147483648
    result[#result + 1] = x
  end
  return result
end

local sum = 0
for _ = 1, 3 do
  local sorted = numbers(50000)
  table.sort(sorted, function(a, b) return a % 10007 < b % 10007 end)
  sum = sum + sorted[1] % 10007 + sorted[25001] % 10007
end
print(sum)
