-- What calls that go together write is written at once: their texts by one MSET, what they append to a list by one RPUSH,
-- a record's fields by one HSET. Redis spends more on commands than on values.
-- Whoever reads by `call` meanwhile has the group written first; only G.peek and G.load (of conversations) know what is
-- still to be written.

-- What can be merged is noted instead of staged: kind, key, value, what else its merging needs, and after how many of the
-- steps that were staged.
function G.later(tx, kind, key, value, more)
    local list, n = tx.later, tx.laters
    if not list then
        list, n = {}, 0
        tx.later = list
    end
    list[n + 1], list[n + 2], list[n + 3], list[n + 4], list[n + 5] = kind, key, value, more or false, tx.n
    tx.laters = n + 5
end

local function new_group(first)
    -- `first`: the first call whose writes are still to be made; `current`: the one at work.
    return {first = first, current = first, rest = {}, others = {}, texts = {}, merged = {}, order = {}}
end

local merge = {}

function merge.SET(_, known, key, value, old)
    known = known or {'SET', undo = old and {'SET', key, old} or {'DEL', key}}
    known[2] = value
    group.texts[key] = value
    return known
end

function merge.RPUSH(_, known, key, value)
    known = known or {'RPUSH', values = {'RPUSH', key}}
    known.values[#known.values + 1] = value
    return known
end

local function copy(fields)
    local all = {}
    for field, value in pairs(fields) do all[field] = value end
    return all
end

-- Conversations that a call has written are not read again for the next one: G.kept has them as they will be.
function merge.HSET(tx, known, key, record)
    local conversation = record.kind == 'c:'
    known = known or {'HSET', w = tx.w, record = {kind = record.kind, id = record.id, key = key, new = {},
        old = conversation and copy(record.old) or record.old}}
    local fresh, now = known.record.new, conversation and record.old
    for field, value in pairs(record.new) do
        fresh[field] = value
        if now then now[field] = value ~= '' and value or nil end
    end
    if now then G.kept[key] = now end
    known.scope = nil
    return known
end

function merge.HINCRBY(_, known, key, field, told)
    known = known or {'HINCRBY', counts = {}, key = key, told = told}
    known.counts[field] = (known.counts[field] or 0) + 1
    return known
end

-- Whether these writes may wait: none that nothing takes back, none in another order than they were made. The group's others
-- are marked on the way: where they may not wait, it is written and begins anew.
local function may_wait(tx)
    if tx.finally or tx.after[1] then return false end
    local merged, others, later = group.merged, group.others, tx.later
    for i = 1, tx.n do
        local key = tx[i][1][2]
        if merged[key] then return false end
        others[key] = true
    end
    if not later then return true end
    for i = 2, tx.laters, 5 do
        if others[later[i]] then return false end
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

local stage_noted = {SET = G.put, RPUSH = G.push, HINCRBY = G.count}
function stage_noted.HSET(tx, _, record) G.save(tx, record) end

-- What was noted, staged where it belongs.
local function commit_alone(tx)
    local later, steps, n = tx.later, {}, 0
    if later then
        for i = 1, tx.n do steps[i] = tx[i] end
        local all = tx.n
        tx.n, tx.later = 0, nil
        local function take(upto)
            for i = n + 1, upto do
                tx.n = tx.n + 1
                tx[tx.n] = steps[i]
            end
            n = upto
        end
        for i = 1, tx.laters, 5 do
            take(later[i + 4])
            stage_noted[later[i]](tx, later[i + 1], later[i + 2], later[i + 3] or nil)
        end
        take(all)
    end
    G.commit(tx)
end

function G.gather(tx)
    if not may_wait(tx) then
        flush()
        apart_from_group(commit_alone, tx)
        group.texts, group.first = {}, group.current + 1
        return
    end
    local rest, merged, order, later = group.rest, group.merged, group.order, tx.later
    local n = #rest
    for i = 1, tx.n do rest[n + i] = tx[i] end
    if later then
        for i = 1, tx.laters, 5 do
            local key = later[i + 1]
            local known = merged[key]
            if not known then order[#order + 1] = key end
            merged[key] = merge[later[i]](tx, known, key, later[i + 2], later[i + 3])
        end
    end
    tx.n, tx.later = 0, nil
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

function stage_merged.HSET(tx, _, known)
    tx.w = known.w
    G.save(tx, known.record)
end

function stage_merged.HINCRBY(tx, key, known)
    for field, count in pairs(known.counts) do
        G.stage(tx, {'HINCRBY', key, field, count})
        tx[tx.n][4] = known.told
    end
end

-- The group's writes, as one transaction of their own.
local function commit_all(tx, written)
    for i = 1, #written.rest do tx[i] = written.rest[i] end
    tx.n = #written.rest
    for _, key in ipairs(written.order) do
        local known = written.merged[key]
        stage_merged[known[1]](tx, key, known)
    end
    if tx.texts then
        G.stage(tx, tx.texts)
        tx[tx.n].undos = tx.undos
    end
    G.commit(tx)
end

function flush()
    local written = {rest = group.rest, order = group.order, merged = group.merged}
    group.others = {}
    if not written.rest[1] and not written.order[1] then return end
    group.rest, group.merged, group.order = {}, {}, {}
    apart_from_group(commit_all, {n = 0, after = {}, is_kept = true}, written)
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
