// Beast is compiled once, here: every other translation unit sees declarations only.
#include <boost/beast/src.hpp>
