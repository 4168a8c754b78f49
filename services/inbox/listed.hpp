#pragma once
// A conversation as lists show it, to whoever reads them. Pure.
#include "guichet/v1/types.pb.h"

namespace guichet::inbox {

// A number that somebody wrote under a post need not stand on every screen, nor one that is to be called.
void mask_listed(v1::Conversation& conversation);

}  // namespace guichet::inbox
