-- Records: hashes of Redis, as they are and as a function leaves them. Texts that are looked at before they are written.

-- A hash as it is (old) and as it shall be (new). An absent field is ''.
function G.load(tx, kind, id)
    local key = tx.w .. kind .. id
    local old = G.kept and G.kept[key]
    if not old then
        -- What calls that go together have written of a conversation is kept: it is not in Redis alone.
        local flat = (kind == 'c:' and direct or call)('HGETALL', key)
        old = {}
        for i = 1, #flat, 2 do old[flat[i]] = flat[i + 1] end
        if G.kept and kind == 'c:' then G.kept[key] = old end
    end
    return {kind = kind, id = id, key = key, old = old, new = {}, exists = next(old) ~= nil}
end

-- Among calls that go together, the conversations that one has written are not read again for the next.
function G.keep(tx)
    for i = 1, tx.n do
        local record = tx[i].record
        if record and record.kind == 'c:' then
            local now, written = record.old, tx[i][1]
            if written[1] == 'HSET' then
                for at = 3, #written, 2 do now[written[at]] = written[at + 1] end
            else
                for at = 3, #written do now[written[at]] = nil end
            end
            G.kept[record.key] = now
        end
    end
end

-- A text, also one that is still to be written; false when there is none.
function G.peek(key)
    local known = group and group.texts[key]
    if known ~= nil then return known end
    known = direct('GET', key)
    if group then group.texts[key] = known end
    return known
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

-- A record as it will be, field after field.
function G.flat(record)
    local flat, n = {}, 0
    local function add(field, value)
        if value == '' then return end
        flat[n + 1], flat[n + 2] = field, value
        n = n + 2
    end
    for field, value in pairs(record.old) do
        if record.new[field] == nil then add(field, value) end
    end
    for field, value in pairs(record.new) do add(field, value) end
    return flat
end

-- What is set in it after that is not saved; in a group (54_group.lua), where records are saved at its end, it would be. So
-- nothing may be set in it after that without another G.save.
function G.save(tx, record)
    if group then return G.later(tx, 'HSET', record.key, record) end
    if G.follow[record.kind] then G.follow[record.kind](tx, record) end
    local set, del = {'HSET', record.key}, nil
    local sets, dels = 2, 2
    local before = record.old
    for field, value in pairs(record.new) do
        if value ~= (before[field] or '') then
            if value == '' then
                dels = dels + 1
                del = del or {'HDEL', record.key}
                del[dels] = field
            else
                set[sets + 1], set[sets + 2] = field, value
                sets = sets + 2
            end
        end
    end
    local n = tx.n
    if sets > 2 then
        n = n + 1
        tx[n] = {set, nil, nil, record = record}
    end
    if dels > 2 then
        n = n + 1
        tx[n] = {del, nil, nil, record = record}
    end
    tx.n = n
end
