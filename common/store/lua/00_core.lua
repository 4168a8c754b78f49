#!lua name=guichet_1
-- The state of Guichet changes here and nowhere else. Every function reads and checks first, stages its
-- writes, and commits them at the end; a write that fails undoes those before it, since Redis does not.
-- Ids and times are strings everywhere; times are milliseconds. See README.md for keys and results.
-- redis.call; there is none while the library loads. `direct` is the same at any time; while calls go together, `call`
-- has what they wrote so far written first (54_group.lua).
local call, direct
local group
local offset = 0
local G = {}

-- Versions and numbers in a conversation are mostly small: their texts are kept.
local small = {}
function G.int(number)
    local known = small[number]
    if known then return known end
    known = string.format('%d', number)
    if number >= 0 and number < 1000 and number % 1 == 0 then small[number] = known end
    return known
end

function G.now()
    if G.moment then return G.moment end
    local t = call('TIME')
    return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000) + offset
end

-- keys[1]: the partition's prefix, "{p07}:". args[1]: the workspace.
function G.open(keys, args)
    return G.tx(keys[1], args[1], G.now())
end

local last_now, last_at
function G.tx(prefix, workspace, now)
    if now ~= last_now then last_now, last_at = now, G.int(now) end
    return {p = prefix, ws = workspace, w = prefix .. workspace .. ':', now = now, at = last_at, n = 0, after = {}}
end

-- Stages `forward`; `undo1` and `undo2` take it back. Without them it is taken back as `reverse` says, and a record's
-- fields as they were: what hardly ever happens is put together when it does. A fourth element of the step is told its
-- result, and may write on.
function G.stage(tx, forward, undo1, undo2)
    local n = tx.n + 1
    tx.n = n
    tx[n] = {forward, undo1, undo2}
end

local function try(command)
    if command and command[2] ~= nil then redis.pcall(unpack(command)) end
end

local reverse = {}
-- An appended entry is taken back by the id that it got.
function reverse.XADD(command, id) try({'XDEL', command[2], id}) end
function reverse.RPUSH(command) try({'RPOP', command[2], G.int(#command - 2)}) end
function reverse.HINCRBY(command)
    if redis.pcall('HINCRBY', command[2], command[3], -command[4]) == 0 then try({'HDEL', command[2], command[3]}) end
end

local function restore(record)
    local unset, undel = {'HSET', record.key}, {'HDEL', record.key}
    for field in pairs(record.new) do
        local old = record.old[field]
        local back = old and unset or undel
        back[#back + 1] = field
        back[#back + 1] = old
    end
    if #unset > 2 then try(unset) end
    if #undel > 2 then try(undel) end
end

function G.rollback(tx, from)
    for i = from, 1, -1 do
        local step = tx[i]
        local forward = step[1]
        if step.record then
            restore(step.record)
        elseif step.undos then
            for _, undo in ipairs(step.undos) do try(undo) end
        elseif step[2] then
            try(step[2])
            try(step[3])
        elseif reverse[forward[1]] then
            reverse[forward[1]](forward, tx.results[i])
        end
    end
end

local function run(tx)
    local results = {}
    tx.results = results
    for i = 1, tx.n do
        local step = tx[i]
        tx.doing = i
        local result = call(unpack(step[1]))
        results[i] = result
        if step[4] then
            tx.doing = i + 1
            step[4](result, step[1])
        end
    end
end

-- `finally`: a write that nothing can take back; it comes last, so that nothing has to.
function G.commit(tx)
    if group then return G.gather(tx) end
    if tx.finally then G.stage(tx, tx.finally) end
    local ok, why = pcall(run, tx)
    if not ok then
        G.rollback(tx, tx.doing - 1)
        error(why)
    end
    if G.kept and not tx.is_kept then G.keep(tx) end
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

function G.put(tx, key, value, old)
    if group then return G.later(tx, 'SET', key, value, old) end
    G.stage(tx, {'SET', key, value}, old and {'SET', key, old} or {'DEL', key})
end

-- At the end of a list; it is taken back from there.
function G.push(tx, key, value)
    if group then return G.later(tx, 'RPUSH', key, value) end
    G.stage(tx, {'RPUSH', key, value})
end

-- One more; `told` as in G.stage.
function G.count(tx, key, field, told)
    if group then return G.later(tx, 'HINCRBY', key, field, told) end
    G.stage(tx, {'HINCRBY', key, field, 1})
    tx[tx.n][4] = told
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
    G.push(tx, tx.w .. 'm:' .. conversation, kind .. '|' .. target .. '|' .. tx.at .. '|' .. blob)
end

-- Work for a service: what to do and on what. `channel`, where the service would read the conversation for it only.
function G.work(tx, service, what, conversation, id, channel)
    local entry = {'XADD', tx.p .. 'work:' .. service, '*', 'k', what, 'w', tx.ws, 'c', conversation, 'i', id}
    if channel then entry[12], entry[13] = 'h', channel end
    G.stage(tx, entry)
end

-- A delivery that may go out now.
function G.work_send(tx, c, id) G.work(tx, 'reply', 'send', c.id, id, G.get(c, 'ch')) end

-- The log. Always the same fields in the same order: the stream then stores their names once.
function G.event(tx, kind, c, actor, more)
    more = more or {}
    local key = tx.p .. 'events'
    local scope = G.get(c, 'tm') .. '|' .. G.get(c, 'lg') .. '|' .. G.get(c, 'ch') .. '|' .. G.get(c, 'vis')
        .. '|' .. G.get(c, 'st') .. '|' .. G.get(c, 'ow')
    local delivery = more.did and (more.did .. '|' .. more.ds) or ''
    G.stage(tx, {'XADD', key, '*', 't', kind, 'w', tx.ws, 'c', c.id, 'v', G.get(c, 'v'), 'a', actor,
        'q', more.seq or '', 's', scope, 'd', delivery, 'x', more.detail or ''})
    G.tally(tx, kind, c, actor)
end

-- The next version of a conversation; every change has one.
function G.touch(tx, c)
    c.new.v, c.new.up = G.int(G.num(c, 'v') + 1), tx.at
end

function G.ok(...) return {'ok', ...} end

-- A refusal, with what the conversation looks like now.
function G.refuse(code, reason, message, c)
    if not c then return {'err', code, reason, message} end
    return {'err', code, reason, message, c.id, G.get(c, 'v'), G.get(c, 'in'), G.get(c, 'ow'), G.get(c, 'st')}
end

-- Functions that one call of a client may come to, whichever way is open by then: function -> the first of them. Their
-- answers have one shape.
G.one_call = {}
local function call_of(name) return G.one_call[name] or name end

-- Where the answer to a caller's request lies. An actor may hold a colon, as a token does, and so may a request: "a:b"
-- with "c" is not "a" with "b:c". Second: where releases before this one put it, when that was elsewhere.
local function request_keys(tx, actor, request)
    local plain = tx.w .. 'rq:' .. actor .. ':' .. request
    if not string.find(actor, ':', 1, true) then return plain end
    return tx.w .. 'rqa:' .. G.int(#actor) .. ':' .. actor .. ':' .. request, plain
end

-- What was answered before: its function, its answer, and true since each caller has keys of his own. What lies in the
-- older place without that may be this caller's.
local function remembered(key, older)
    local stored = call('GET', key)
    if stored then return cmsgpack.unpack(stored) end
    stored = older and call('GET', older)
    local before = stored and cmsgpack.unpack(stored)
    return before and not before[3] and before or nil
end

-- Answers of the last 24 hours, by the caller's request id. Another call's answer would have another shape.
function G.answered(tx, actor, request)
    tx.by = actor
    if request == '' then return nil end
    local older
    tx.request, older = request_keys(tx, actor, request)
    local before = remembered(tx.request, older)
    if not before then return nil end
    if call_of(before[1]) == call_of(G.current) then return before[2] end
    return G.refuse('3', 'request_reused', 'this request id was used for something else: take a new one')
end

-- How a call of a person or bot starts: with what it was answered before (`stop`), if it was made before.
function G.enter(keys, args)
    local tx = G.open(keys, args)
    return G.answered(tx, args[2], args[3]), tx
end

function G.done(tx, result)
    if tx.request then
        G.stage(tx, {'SET', tx.request, cmsgpack.pack({G.current, result, true}), 'PX', '86400000'}, {'DEL', tx.request})
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
