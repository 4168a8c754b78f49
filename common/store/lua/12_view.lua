-- What is read of one conversation, as it is at one moment and in one call: while others write, each call waits for the
-- disk.

-- Writes nothing. args: ws, actor, conversation, before seq (0: after the newest), most messages (0: none)
-- -> count of fields, field, value, …, the person his contact is part of, the actor's draft, seq of the first message,
-- messages…
function G.view(keys, args)
    local w = keys[1] .. args[1] .. ':'
    local id, before, most = args[3], tonumber(args[4]), tonumber(args[5])
    local fields = call('HGETALL', w .. 'c:' .. id)
    if #fields == 0 then return G.ok('0') end
    local answer = {'ok', G.int(#fields / 2)}
    local contact = ''
    for i = 1, #fields do
        answer[#answer + 1] = fields[i]
        if i % 2 == 1 and fields[i] == 'ct' then contact = fields[i + 1] end
    end
    answer[#answer + 1] = contact ~= '' and G.root({w = w}, contact) or ''
    answer[#answer + 1] = call('HGET', w .. 'dr:' .. id, args[2]) or ''
    local last = most > 0 and call('LLEN', w .. 'm:' .. id) or 0
    if before > 0 and before <= last then last = before - 1 end
    local first = math.max(1, last - most + 1)
    answer[#answer + 1] = G.int(first)
    if last < first then return answer end
    for _, message in ipairs(call('LRANGE', w .. 'm:' .. id, first - 1, last - 1)) do
        answer[#answer + 1] = message
    end
    return answer
end
