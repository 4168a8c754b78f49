-- What a restored copy cannot know: whether an answer that was still to go out when the copy was made went out since.

-- It is looked up like an attempt of unknown outcome, and never simply sent. args: ws, delivery, wait ms until the first look
function G.restored(keys, args)
    local tx = G.open(keys, args)
    local o = G.load(tx, 'o:', args[2])
    local c = o.exists and G.load(tx, 'c:', G.get(o, 'c'))
    local state = G.get(o, 'st')
    if not c or not c.exists or (state ~= 'held' and state ~= 'queued' and state ~= 'retry' and state ~= 'sending') then
        return G.ok('kept', state)
    end
    G.timer(tx, 'held', o.id, '', G.get(o, 'hu'))
    G.timer(tx, 'retry', o.id, '', G.get(o, 'ra'))
    G.timer(tx, 'send', o.id, '', G.get(o, 'sb'))
    -- No attempt of before the restore may still speak for it.
    G.set(o, {hu = '', ra = '', sb = '', tk = '', lk = '', er = 'restored from a backup: it may have gone out since'})
    G.apply(tx, c, o, 'unconfirmed', '', tonumber(args[3]), 0, G.get(o, 'a'))
    G.commit(tx)
    return G.ok('doubted', state)
end
