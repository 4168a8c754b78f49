-- What the brand does with a customer's public message besides answering: md:<conversation> holds the last act of each
-- aspect of a message, '3|seen' or '3|liked'. The platform may be asked the same twice, so nothing is recorded before an
-- attempt: whoever dies in between does it again.
-- asked -> done | failed | retry -> asked

local aspects = {hide = 'seen', unhide = 'seen', like = 'liked', unlike = 'liked'}
local most_acts = 400
local act_fields = {'act', 'state', 'actor', 'asked', 'settled', 'retry', 'attempts', 'number', 'error'}
local act_pattern = '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|(.*)$'

-- The act under `key`; nil when none was asked.
function G.act_of(md, key)
    local packed = G.get(md, key)
    if packed == '' then return nil end
    local m = {}
    for i, value in ipairs({string.match(packed, act_pattern)}) do m[act_fields[i]] = value end
    return m
end

function G.packed_act(m)
    local packed = {}
    for i, name in ipairs(act_fields) do packed[i] = m[name] end
    return table.concat(packed, '|')
end

function G.keep_act(md, key, m) G.set(md, {[key] = G.packed_act(m)}) end

function G.act_timer(tx, c, key, at, old) G.timer(tx, 'act', c.id .. '|' .. key, at, old) end

-- Which of the customer's messages may be acted upon; a refusal of every other.
function G.moderable(tx, c, seq, external)
    if G.get(c, 'vis') ~= 'public' then
        return G.refuse('9', 'not_public', 'this conversation is private: nobody else sees it', c)
    end
    local entry = call('LINDEX', tx.w .. 'm:' .. c.id, seq - 1)
    if not entry then return G.refuse('5', 'not_found', 'there is no message ' .. G.int(seq), c) end
    if string.sub(entry, 1, 2) ~= 'i|' then
        return G.refuse('9', 'not_the_customers', 'only what the customer wrote can be hidden or liked', c)
    end
    local known = call('GET', tx.w .. 'd:' .. G.get(c, 'ch') .. ':' .. external)
    if known and select(4, string.match(known, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|')) == 't' then
        return G.refuse('9', 'taken_back', 'the customer has taken this message back', c)
    end
end

-- args: ws, actor, request, scope, conversation, seq, act, external id of the message -> what is asked
function G.moderate(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local refusal = G.moderable(tx, c, tonumber(args[6]), args[8])
    if refusal then return refusal end
    local md = G.load(tx, 'md:', c.id)
    local key = args[6] .. '|' .. aspects[args[7]]
    local m = G.act_of(md, key)
    if m and m.act == args[7] and m.state == 'asked' then return G.done(tx, G.ok(key, G.packed_act(m))) end
    if not m and call('HLEN', md.key) >= most_acts then
        return G.refuse('8', 'too_many', 'as much was hidden and liked in this conversation as may be', c)
    end
    if m then G.act_timer(tx, c, key, '', m.retry) end
    m = {act = args[7], state = 'asked', actor = args[2], asked = tx.at, settled = '', retry = '', attempts = '0',
        number = G.int(m and tonumber(m.number) + 1 or 1), error = ''}
    G.keep_act(md, key, m)
    G.save(tx, md)
    G.touch(tx, c)
    G.save(tx, c)
    G.work(tx, 'reply', 'act', c.id, key .. '|' .. m.number)
    G.event(tx, 'moderation.asked', c, args[2], {seq = args[6], detail = m.act})
    return G.done(tx, G.ok(key, G.packed_act(m)))
end

-- What became of it. args: ws, conversation, entry, item, outcome (done failed retry; later: nothing was tried), wait ms,
-- error -> done, or stale: something else was asked meanwhile
function G.moderated(keys, args)
    local tx = G.open(keys, args)
    local c = G.load(tx, 'c:', args[2])
    G.ack(tx, 'reply', args[3])
    local md = G.load(tx, 'md:', c.id)
    local key, number = string.match(args[4], '^(%d+|%a+)|(%d+)$')
    local m = key and G.act_of(md, key)
    if not c.exists or not m or m.number ~= number or m.state ~= 'asked' then
        G.commit(tx)
        return G.ok('stale')
    end
    local outcome = args[5]
    if outcome ~= 'later' then m.attempts = G.int(tonumber(m.attempts) + 1) end
    m.error = args[7]
    if outcome == 'done' or outcome == 'failed' then
        m.state, m.settled = outcome, tx.at
    else
        outcome, m.state, m.retry = 'retry', 'retry', G.int(tx.now + tonumber(args[6]))
        G.act_timer(tx, c, key, m.retry, '')
    end
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'moderation.' .. outcome, c, '', {seq = string.match(key, '^%d+'), detail = m.act})
    G.keep_act(md, key, m)
    G.save(tx, md)
    G.commit(tx)
    return G.ok('done')
end

local early_acts = {h = 'hide', s = 'unhide'}

-- What was done with a message in the platform's own tools before it came; nil: nothing.
function G.early_act(record)
    if not record then return nil end
    local at, flag = string.match(record, '^||(%d+)|([hs])|$')
    return at and {act = early_acts[flag], at = tonumber(at)}
end

function G.act_elsewhere(act, at, number)
    return {act = act, state = 'done', actor = '', asked = G.int(at), settled = G.int(at), retry = '', attempts = '0',
        number = G.int(number), error = ''}
end

function G.keep_early(tx, id, seq, early)
    local md = G.load(tx, 'md:', id)
    G.keep_act(md, seq .. '|seen', G.act_elsewhere(early.act, early.at, 1))
    G.save(tx, md)
end

-- The platform says that a message was hidden or is shown again: by somebody in its own tools, or as was asked here.
-- args: ws, channel, external id, act (hide unhide), when (0: now)
-- -> done, known (it was so already), stale (something newer is asked or known), early (the message has not come yet),
--    unknown (no public message of a customer's)
function G.moderated_elsewhere(keys, args)
    local tx = G.open(keys, args)
    local act, at = args[4], tonumber(args[5])
    if at <= 0 then at = tx.now end
    local key = tx.w .. 'd:' .. args[2] .. ':' .. args[3]
    local record = call('GET', key)
    local early = G.early_act(record)
    if early and at < early.at then return G.ok('stale') end
    if early or not record then
        G.put(tx, key, '||' .. G.int(at) .. '|' .. (act == 'hide' and 'h' or 's') .. '|', record or nil)
        G.commit(tx)
        return G.ok('early')
    end
    local id, seq, _, flag = string.match(record, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|')
    local c = id ~= '' and flag == '' and G.load(tx, 'c:', id)
    if not c or not c.exists or G.get(c, 'ers') ~= '' or G.get(c, 'vis') ~= 'public' then return G.ok('unknown') end
    return G.take_over_act(tx, c, seq, act, at)
end

function G.take_over_act(tx, c, seq, act, at)
    local md = G.load(tx, 'md:', c.id)
    local key = seq .. '|seen'
    local m = G.act_of(md, key)
    local mine = m and (m.state == 'asked' or m.state == 'retry')
    if m and m.act == act and m.state == 'done' or not m and act == 'unhide' then return G.ok('known') end
    -- The platform counts whole seconds. What is asked here and on its way comes after what others did.
    if m and (at < tonumber(m.asked) - tonumber(m.asked) % 1000 or mine and m.act ~= act) then return G.ok('stale') end
    if not m and call('HLEN', md.key) >= most_acts then return G.ok('unknown') end
    if m then G.act_timer(tx, c, key, '', m.retry) end
    if mine then
        -- The answer is not needed any more.
        m.state, m.settled, m.retry, m.error = 'done', tx.at, '', ''
    else
        m = G.act_elsewhere(act, at, m and tonumber(m.number) + 1 or 1)
    end
    G.keep_act(md, key, m)
    G.save(tx, md)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'moderation.done', c, m.actor, {seq = seq, detail = act})
    G.commit(tx)
    return G.ok('done')
end
