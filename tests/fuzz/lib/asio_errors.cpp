// Of Asio's sources, the one that headers with error codes need; the rest has sockets.
#include <boost/asio/impl/error.ipp>
