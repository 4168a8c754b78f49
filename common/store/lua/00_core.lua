#!lua name=guichet_1
-- The state of Guichet changes here and nowhere else. Every function reads and checks first, stages its
-- writes, and commits them at the end; a write that fails undoes those before it, since Redis does not.
-- Ids and times are strings everywhere; times are milliseconds. See README.md for keys and results.
-- redis.call; there is none while the library loads.
local call
local offset = 0
local G = {}

function G.int(number) return string.format('%.0f', number) end

function G.now()
    local t = call('TIME')
    return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000) + offset
end

-- keys[1]: the partition's prefix, "{p07}:". args[1]: the workspace.
function G.open(keys, args)
    return G.tx(keys[1], args[1], G.now())
end

function G.tx(prefix, workspace, now)
    return {p = prefix, ws = workspace, w = prefix .. workspace .. ':', now = now, n = 0, after = {}}
end

-- Stages `forward`; `undo1` and `undo2` take it back. A fourth element of the step is told its result.
function G.stage(tx, forward, undo1, undo2)
    tx.n = tx.n + 1
    tx[tx.n] = {forward, undo1, undo2}
end

function G.rollback(tx, from)
    for i = from, 1, -1 do
        for j = 2, 3 do
            local undo = tx[i][j]
            if undo and undo[2] ~= nil then redis.pcall(unpack(undo)) end
        end
    end
end

-- `finally`: a write that nothing can take back; it comes last, so that nothing has to.
function G.commit(tx)
    if tx.finally then G.stage(tx, tx.finally) end
    for i = 1, tx.n do
        local step = tx[i]
        local ok, result = pcall(call, unpack(step[1]))
        if not ok then
            G.rollback(tx, i - 1)
            error(result)
        end
        -- An appended entry is taken back by the id that it got.
        if step[2] and step[2][1] == 'XDEL' then step[2][3] = result end
        if step[4] then step[4](result) end
    end
    -- Acknowledging comes after the state is whole: if it fails, the entry is delivered again and the
    -- function finds its work done.
    for _, command in ipairs(tx.after) do
        if not pcall(call, unpack(command)) and not pcall(call, unpack(command)) then break end
    end
    tx.n, tx.after, tx.finally = 0, {}, nil
end

-- The work entry that this call settles; '' when there is none.
function G.ack(tx, service, entry)
    if entry == '' then return end
    local stream = tx.p .. 'work:' .. service
    tx.after[#tx.after + 1] = {'XACK', stream, service, entry}
    tx.after[#tx.after + 1] = {'XDEL', stream, entry}
end

-- A hash as it is (old) and as it shall be (new). An absent field is ''.
function G.load(tx, kind, id)
    local key = tx.w .. kind .. id
    local flat = call('HGETALL', key)
    local old = {}
    for i = 1, #flat, 2 do old[flat[i]] = flat[i + 1] end
    return {kind = kind, id = id, key = key, old = old, new = {}, exists = #flat > 0}
end

function G.fresh(tx, kind, id)
    return {kind = kind, id = id, key = tx.w .. kind .. id, old = {}, new = {}, exists = false}
end

function G.get(record, field)
    local value = record.new[field]
    if value ~= nil then return value end
    return record.old[field] or ''
end

function G.num(record, field) return tonumber(G.get(record, field)) or 0 end

function G.set(record, fields)
    for field, value in pairs(fields) do record.new[field] = value end
end

function G.save(tx, record)
    if G.follow[record.kind] then G.follow[record.kind](tx, record) end
    local set, del = {'HSET', record.key}, {'HDEL', record.key}
    local unset, undel = {'HSET', record.key}, {'HDEL', record.key}
    for field, value in pairs(record.new) do
        local old = record.old[field] or ''
        if value ~= old then
            local to = value == '' and del or set
            to[#to + 1] = field
            if value ~= '' then to[#to + 1] = value end
            local back = old == '' and undel or unset
            back[#back + 1] = field
            if old ~= '' then back[#back + 1] = old end
        end
    end
    local undo1 = #unset > 2 and unset or nil
    local undo2 = #undel > 2 and undel or nil
    if not undo1 then undo1, undo2 = undo2, nil end
    if #set > 2 then
        G.stage(tx, set, undo1, undo2)
        if #del > 2 then G.stage(tx, del, undo1, undo2) end
    elseif #del > 2 then
        G.stage(tx, del, undo1, undo2)
    end
end

function G.put(tx, key, value, old)
    G.stage(tx, {'SET', key, value}, old and {'SET', key, old} or {'DEL', key})
end

function G.zadd(tx, key, score, member, old)
    G.stage(tx, {'ZADD', key, score, member}, old and {'ZADD', key, old, member} or {'ZREM', key, member})
end

function G.zrem(tx, key, member, old)
    G.stage(tx, {'ZREM', key, member}, {'ZADD', key, old, member})
end

-- The time in `field`, when it has come; nil when there is none. One still to come (its timer was put off) is
-- left in tx.later for the caller to set again.
function G.when(tx, record, field)
    local value = G.get(record, field)
    if value == '' then return nil end
    if tonumber(value) <= tx.now then return value end
    tx.later = value
    return nil
end

-- `at`: when, or '' to cancel; `old`: when it was set for, or ''.
function G.timer(tx, kind, id, at, old)
    local member = kind .. '|' .. tx.ws .. '|' .. id
    if at ~= '' then
        G.zadd(tx, tx.p .. 'timers', at, member, old ~= '' and old or nil)
    elseif old ~= '' then
        G.zrem(tx, tx.p .. 'timers', member, old)
    end
end

function G.append(tx, conversation, kind, target, blob)
    local key = tx.w .. 'm:' .. conversation
    G.stage(tx, {'RPUSH', key, kind .. '|' .. target .. '|' .. G.int(tx.now) .. '|' .. blob}, {'RPOP', key})
end

-- Work for a service: what to do and on what.
function G.work(tx, service, what, conversation, id)
    local key = tx.p .. 'work:' .. service
    G.stage(tx, {'XADD', key, '*', 'k', what, 'w', tx.ws, 'c', conversation, 'i', id}, {'XDEL', key})
end

-- The log. Always the same fields in the same order: the stream then stores their names once.
function G.event(tx, kind, c, actor, more)
    more = more or {}
    local key = tx.p .. 'events'
    local scope = G.get(c, 'tm') .. '|' .. G.get(c, 'lg') .. '|' .. G.get(c, 'ch') .. '|' .. G.get(c, 'vis')
        .. '|' .. G.get(c, 'st') .. '|' .. G.get(c, 'ow')
    local delivery = more.did and (more.did .. '|' .. more.ds) or ''
    G.stage(tx, {'XADD', key, '*', 't', kind, 'w', tx.ws, 'c', c.id, 'v', G.get(c, 'v'), 'a', actor,
        'q', more.seq or '', 's', scope, 'd', delivery, 'x', more.detail or ''}, {'XDEL', key})
    G.tally(tx, kind, c, actor)
end

-- The next version of a conversation; every change has one.
function G.touch(tx, c)
    G.set(c, {v = G.int(G.num(c, 'v') + 1), up = G.int(tx.now)})
end

function G.ok(...) return {'ok', ...} end

-- A refusal, with what the conversation looks like now.
function G.refuse(code, reason, message, c)
    if not c then return {'err', code, reason, message} end
    return {'err', code, reason, message, c.id, G.get(c, 'v'), G.get(c, 'in'), G.get(c, 'ow'), G.get(c, 'st')}
end

-- Answers of the last 24 hours, by the caller's request id. Another function's answer would have another shape.
function G.answered(tx, actor, request)
    tx.by = actor
    if request == '' then return nil end
    tx.request = tx.w .. 'rq:' .. actor .. ':' .. request
    local stored = call('GET', tx.request)
    if not stored then return nil end
    local before = cmsgpack.unpack(stored)
    if before[1] == G.current then return before[2] end
    return G.refuse('3', 'request_reused', 'this request id was used for something else: take a new one')
end

-- How a call of a person or bot starts: with what it was answered before (`stop`), if it was made before.
function G.enter(keys, args)
    local tx = G.open(keys, args)
    return G.answered(tx, args[2], args[3]), tx
end

function G.done(tx, result)
    if tx.request then
        G.stage(tx, {'SET', tx.request, cmsgpack.pack({G.current, result}), 'PX', '86400000'}, {'DEL', tx.request})
    end
    G.commit(tx)
    return result
end

function G.listed(list, item)
    return list == '*' or string.find(',' .. list .. ',', ',' .. item .. ',', 1, true) ~= nil
end

-- scope: '*', or entries "teams/channels/visibility" joined by ';'.
function G.allowed(scope, team, channel, visibility)
    if scope == '*' then return true end
    for entry in string.gmatch(scope, '[^;]+') do
        local teams, channels, vis = string.match(entry, '^([^/]*)/([^/]*)/([^/]*)$')
        if teams and G.listed(teams, team) and G.listed(channels, channel) and G.listed(vis, visibility) then
            return true
        end
    end
    return false
end

-- The conversation that a caller names; a refusal when it does not exist for him.
function G.conversation(tx, id, scope)
    local c = G.load(tx, 'c:', id)
    if not c.exists or not G.allowed(scope, G.get(c, 'tm'), G.get(c, 'ch'), G.get(c, 'vis')) then
        return nil, G.refuse('5', 'not_found', 'there is no such conversation, or not for you: ' .. id)
    end
    return c
end

-- The same for a call on the conversation args[5]; `stop` is also why it may not be.
function G.on_conversation(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local c, refusal = G.conversation(tx, args[5], args[4])
    return refusal, tx, c
end

-- The same for a call on something of a conversation; `find` gives it and its conversation, or nils and why not.
function G.on(find, keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local found, c, refusal = find(tx, args[5], args[4])
    return refusal, tx, found, c
end
