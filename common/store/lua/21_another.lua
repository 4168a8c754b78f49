-- The quick way of G.ingest, among calls that go together: one more message of a conversation that one of them wrote already.
-- What G.created and G.stored would note step by step is added to what the group will write. It must come to the same, which
-- tests/integration/store/together_same_test.cpp holds it to.

local function told(list) return list and list ~= '' end

-- Nothing of it needs a look at more than its conversation: no case, no page's thread, no place among customers.
local function plain(args, view)
    return not (told(args[23]) or told(args[26]) or view.es or view.pt or view.ac)
end

-- What its events say of it, and where it is counted; made anew when a call has written it the long way.
local function words(known, view)
    known.scope = (view.tm or '') .. '|' .. (view.lg or '') .. '|' .. (view.ch or '') .. '|' .. (view.vis or '') .. '|'
        .. (view.st or '') .. '|' .. (view.ow or '')
    known.received = 'received|' .. (view.tm or '') .. '|' .. (view.ch or '') .. '|' .. (view.vis or '')
end

local function write_entries(prefix, args, id, known, seq)
    local rest, others = group.rest, group.others
    local n, ws, work, events = #rest, args[1], prefix .. 'work:routing', prefix .. 'events'
    if args[12] ~= '' then
        local raw = prefix .. 'raw'
        n = n + 1
        rest[n] = {{'XADD', raw, '*', 'w', ws, 'h', args[2], 'c', id, 'q', seq, 'b', args[12]}}
        others[raw] = true
    end
    rest[n + 1] = {{'XADD', work, '*', 'k', 'triage', 'w', ws, 'c', id, 'i', seq}}
    rest[n + 2] = {{'XADD', events, '*', 't', 'message.received', 'w', ws, 'c', id, 'v', known.record.new.v, 'a', '', 'q', seq,
        's', known.scope, 'd', '', 'x', ''}}
    others[work], others[events] = true, true
end

-- -> its answer; nil: it takes the long way, and nothing is written.
function G.another(keys, args)
    if args[4] ~= 'i' then return nil end
    local prefix, channel, external = keys[1], args[2], args[3]
    local w = prefix .. args[1] .. ':'
    local key = w .. 'd:' .. channel .. ':' .. external
    if G.peek(key) then return nil end
    local id = G.peek(w .. 't:' .. channel .. ':' .. args[7])
    if not id then return nil end
    local ckey = w .. 'c:' .. id
    local known, view = group.merged[ckey], G.kept[ckey]
    local list, minute = group.merged[w .. 'm:' .. id], group.merged[w .. 'mi:' .. G.minute_of(G.moment)]
    if not (known and view and list and minute and plain(args, view)) then return nil end
    if not known.scope then words(known, view) end

    local seq, at, fresh, preview = G.int(tonumber(view.ms) + 1), G.int(G.moment), known.record.new, args[17]
    local version = G.int(tonumber(view.v) + 1)
    fresh.v, fresh.up, fresh.ms, fresh['in'], fresh.pv, fresh.la, fresh.lc = version, at, seq, seq, preview, external, at
    view.v, view.up, view.ms, view['in'], view.la, view.lc = version, at, seq, seq, external, at
    view.pv = preview ~= '' and preview or nil
    local text = id .. '|' .. seq .. '|' .. args[5] .. '||' .. args[6]
    group.texts[key] = text
    group.merged[key] = {'SET', text, undo = {'DEL', key}}
    group.order[#group.order + 1] = key
    list.values[#list.values + 1] = 'i||' .. at .. '|' .. args[11]
    minute.counts[known.received] = (minute.counts[known.received] or 0) + 1
    write_entries(prefix, args, id, known, seq)
    return {'ok', 'added', id, seq, view.rf or '', view.ct or ''}
end
