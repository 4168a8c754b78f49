#pragma once
// Where each section's properties are declared: schema_<file>.cpp.
#include "common/config/schema.hpp"

namespace guichet::config {

void declare_server(Schema& schema);      // schema_server.cpp
void declare_http(Schema& schema);        // schema_server.cpp; also metrics
void declare_grpc(Schema& schema);        // schema_server.cpp
void declare_log(Schema& schema);         // schema_server.cpp
void declare_redis(Schema& schema);       // schema_store.cpp
void declare_streams(Schema& schema);     // schema_store.cpp
void declare_ingest(Schema& schema);      // schema_services.cpp
void declare_routing(Schema& schema);     // schema_services.cpp
void declare_reply(Schema& schema);       // schema_services.cpp
void declare_escalation(Schema& schema);  // schema_escalation.cpp
void declare_inbox(Schema& schema);       // schema_services.cpp
void declare_audit(Schema& schema);       // schema_services.cpp
void declare_gateway(Schema& schema);     // schema_gateway.cpp
void declare_forms(Schema& schema);       // schema_gateway.cpp
void declare_channels(Schema& schema);    // schema_gateway.cpp

}  // namespace guichet::config
