-- Sends the bodies of a file, a line each, over and over.
local requests = {}
local next_request = 0

function init(arguments)
  local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
  for body in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "report.lua")
