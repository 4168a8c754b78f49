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
    G.stage(tx, {'HSET', key, args[1], fresh}, old and {'HSET', key, args[1], old} or {'HDEL', key, args[1]})
    G.commit(tx)
    return G.ok()
end
