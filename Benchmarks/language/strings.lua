local function build(n)
  local lines = {}
  local line = ""
  for i = 0, n - 1 do
    line = line .. (i % 1000) .. ","
    if #line > 70 then
      lines[#lines + 1] = line
      line = ""
    end
  end
  return table.concat(lines, "\n")
end
local total = 0
for _ = 1, 6 do total = total + #build(200000) end
print(total)
