-- What calls that go together write is written at once: their texts by one MSET, what they append to a list by one RPUSH,
-- a record's fields by one HSET. Redis spends more on commands than on values.
-- Whoever reads by `call` meanwhile has the group written first; only G.peek and G.load (of conversations) know what is
-- still to be written.

local function new_group(first)
    -- `first`: the first call whose writes are still to be made; `current`: the one at work.
    return {first = first, current = first, n = 0, rest = {}, others = {}, texts = {}, merged = {}, order = {}}
end

local merge = {}

function merge.SET(step, known)
    local command = step[1]
    known = known or {'SET', undo = step[2]}
    known[2] = command[3]
    group.texts[command[2]] = command[3]
    return known
end

function merge.RPUSH(step, known)
    local command = step[1]
    known = known or {'RPUSH', values = {'RPUSH', command[2]}}
    for i = 3, #command do known.values[#known.values + 1] = command[i] end
    return known
end

local function set_field(known, record, field, value)
    if known.new[field] == nil then known.old[field] = record.old[field] end
    known.new[field] = value
end

function merge.HSET(step, known)
    local command, record = step[1], step.record
    known = known or {'HSET', key = record.key, old = {}, new = {}}
    for i = 3, #command, 2 do set_field(known, record, command[i], command[i + 1]) end
    return known
end

function merge.HDEL(step, known)
    local command, record = step[1], step.record
    known = known or {'HSET', key = record.key, old = {}, new = {}}
    for i = 3, #command do set_field(known, record, command[i], '') end
    return known
end

function merge.HINCRBY(step, known)
    local command = step[1]
    known = known or {'HINCRBY', counts = {}, key = command[2], told = step[4]}
    known.counts[command[3]] = (known.counts[command[3]] or 0) + command[4]
    return known
end

-- A record's fields are merged, other fields are not: their undo is not known by field.
local function mergeable(step)
    local kind = step[1][1]
    if kind == 'HSET' or kind == 'HDEL' then return step.record ~= nil end
    if kind == 'SET' then return #step[1] == 3 and step[2] ~= nil end
    return merge[kind] ~= nil and step[2] == nil
end

-- Whether these writes may wait: none that nothing takes back, none in another order than they were made.
local function may_wait(tx)
    if tx.finally or tx.after[1] then return false end
    local mine, others = {}, {}
    for i = 1, tx.n do
        local key = tx[i][1][2]
        if mergeable(tx[i]) then
            if group.others[key] or others[key] then return false end
            mine[key] = true
        else
            if group.merged[key] or mine[key] then return false end
            others[key] = true
        end
    end
    return true
end

local flush

-- While `body` runs, nothing is a group's.
local function apart_from_group(body, ...)
    local open, reading = group, call
    group, call = nil, direct
    local done, why = pcall(body, ...)
    group, call = open, reading
    if not done then error(why, 0) end
end

function G.gather(tx)
    if not may_wait(tx) then
        flush()
        if tx.finally or tx.after[1] or not may_wait(tx) then
            apart_from_group(G.commit, tx)
            group.texts, group.first = {}, group.current + 1
            return
        end
    end
    for i = 1, tx.n do
        local step = tx[i]
        if mergeable(step) then
            local key = step[1][2]
            local known = group.merged[key]
            if not known then group.order[#group.order + 1] = key end
            group.merged[key] = merge[step[1][1]](step, known)
        else
            group.rest[#group.rest + 1] = step
            group.others[step[1][2]] = true
        end
    end
    group.n = group.n + tx.n
    G.keep(tx)
    tx.n = 0
end

local stage_merged = {}

function stage_merged.SET(tx, key, known)
    local all = tx.texts or {'MSET'}
    all[#all + 1] = key
    all[#all + 1] = known[2]
    tx.texts, tx.undos = all, tx.undos or {}
    tx.undos[#tx.undos + 1] = known.undo
end

function stage_merged.RPUSH(tx, _, known) G.stage(tx, known.values) end

function stage_merged.HSET(tx, key, known) G.save(tx, known) end

function stage_merged.HINCRBY(tx, key, known)
    for field, count in pairs(known.counts) do
        G.stage(tx, {'HINCRBY', key, field, count})
        tx[tx.n][4] = known.told
    end
end

-- The group's writes, as one transaction of their own.
local function one_transaction()
    local tx = {n = 0, after = {}}
    for i = 1, #group.rest do
        tx.n = i
        tx[i] = group.rest[i]
    end
    for _, key in ipairs(group.order) do
        local known = group.merged[key]
        stage_merged[known[1]](tx, key, known)
    end
    if tx.texts then
        G.stage(tx, tx.texts)
        tx[tx.n].undos = tx.undos
    end
    return tx
end

function flush()
    if group.n == 0 then return end
    local tx = one_transaction()
    group.n, group.rest, group.others, group.merged, group.order = 0, {}, {}, {}, {}
    apart_from_group(G.commit, tx)
    group.first = group.current
end

local function reading(...)
    flush()
    return direct(...)
end

local function not_stored(why)
    -- Redis's errors are tables, Lua's own are texts.
    return {'err', '14', 'not_stored', 'not stored: ' .. (type(why) == 'table' and why.err or tostring(why))}
end

-- Each by itself: one of them cannot be stored, or all could not be stored at once.
local function each_alone(calls, answers, keys, from, to)
    group, call = nil, direct
    for i = from, to do
        G.kept = {}
        local done, answer = pcall(calls[i].body, keys, calls[i].args)
        answers[i] = done and answer or not_stored(answer)
    end
    G.kept = {}
end

-- `calls`: {body, args} of each, in order. Each is a transaction of its own: one that fails leaves nothing behind and
-- says so, the others stand.
function G.together(keys, calls)
    local answers = {}
    group, call = new_group(1), reading
    for i = 1, #calls do
        group.current = i
        local done, answer = pcall(calls[i].body, keys, calls[i].args)
        answers[i] = done and answer or not_stored(answer)
        if not done then
            each_alone(calls, answers, keys, group.first, i)
            group, call = new_group(i + 1), reading
        end
    end
    group.current = #calls + 1
    if not pcall(flush) then each_alone(calls, answers, keys, group.first, #calls) end
    group, call = nil, direct
    return answers
end
