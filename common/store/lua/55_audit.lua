-- What was asked for and who came in, for the archive's audit: {sys}:audit, trimmed behind the archiver.

-- line: workspace, kind, actor, grant, address, conversation, subject, result, detail, request
function G.audit_line(tx, line)
    local key = tx.p .. 'audit'
    G.stage(tx, {'XADD', key, '*', 'w', line[1], 't', line[2], 'a', line[3], 'g', line[4], 'p', line[5], 'c', line[6],
        'o', line[7], 'e', line[8], 'x', line[9], 'r', line[10]})
end

-- args: '', then ten for each line
function G.audit(keys, args)
    local tx = G.open(keys, args)
    for i = 2, #args, 10 do G.audit_line(tx, {unpack(args, i, i + 9)}) end
    G.commit(tx)
    return G.ok()
end

-- Notes the end of a workspace's audit apart from it. args: ws, number, hash, whatever was noted ('1' or '')
function G.anchor(keys, args)
    local tx = G.open(keys, args)
    local key = tx.p .. 'audit:heads'
    local old = call('HGET', key, args[1])
    local fresh = args[2] .. '|' .. args[3]
    if old and args[4] == '' then
        local number = tonumber(string.match(old, '^(%d+)|'))
        if tonumber(args[2]) < number or (tonumber(args[2]) == number and old ~= fresh) then
            return G.refuse('15', 'audit_damaged', 'the audit was longer, or another one: its end was ' .. old)
        end
    end
    G.stage(tx, {'HSET', key, args[1], fresh}, old and {'HSET', key, args[1], old} or {'HDEL', key, args[1]})
    G.commit(tx)
    return G.ok()
end

-- Notes damage of the audit that somebody accepted; the audit tells it as well. args: ws, "number:found", how many may be noted
function G.audit_accept(keys, args)
    local tx = G.open(keys, args)
    local key = tx.p .. 'audit:accepted'
    local old = call('HGET', key, args[1])
    local count = 0
    for one in string.gmatch(old or '', '[^,]+') do
        if one == args[2] then return G.ok() end
        count = count + 1
    end
    if count >= tonumber(args[3]) then
        return G.refuse('8', 'too_much_damage', 'as many damaged places were accepted as can be: ' .. args[3])
    end
    G.stage(tx, {'HSET', key, args[1], old and old .. ',' .. args[2] or args[2]},
        old and {'HSET', key, args[1], old} or {'HDEL', key, args[1]})
    G.commit(tx)
    return G.ok()
end

-- Accepted damage of lines that go needs no note any more.
local function forget_accepted(tx, workspace, first)
    local key = tx.p .. 'audit:accepted'
    local old = call('HGET', key, workspace)
    if not old then return end
    local left = {}
    for one, number in string.gmatch(old, '((%d+):[^,]+)') do
        if tonumber(number) >= first then left[#left + 1] = one end
    end
    local fresh = table.concat(left, ',')
    if fresh == old then return end
    G.stage(tx, fresh == '' and {'HDEL', key, workspace} or {'HSET', key, workspace, fresh}, {'HSET', key, workspace, old})
end

-- Notes where the lines of a workspace begin that are kept; it only goes forward. What was removed before was older than may be.
-- args: ws, number of the first line kept, hash of the line before it
function G.audit_cut(keys, args)
    local tx = G.open(keys, args)
    local key = tx.p .. 'audit:cuts'
    local old = call('HGET', key, args[1])
    local fresh = args[2] .. '|' .. args[3]
    if old == fresh then return G.ok() end
    if old and tonumber(args[2]) <= tonumber(string.match(old, '^(%d+)|')) then
        return G.refuse('9', 'cut_already', 'the audit was cut further before: ' .. old)
    end
    forget_accepted(tx, args[1], tonumber(args[2]))
    G.stage(tx, {'HSET', key, args[1], fresh}, old and {'HSET', key, args[1], old} or {'HDEL', key, args[1]})
    G.commit(tx)
    return G.ok()
end
