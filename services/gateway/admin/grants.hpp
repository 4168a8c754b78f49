#pragma once
// Who may give which right. Pure.
#include <google/protobuf/repeated_ptr_field.h>

#include "common/core/status.hpp"
#include "common/rpc/access.hpp"
#include "common/rpc/identity.hpp"
#include "guichet/v1/access.pb.h"

namespace guichet::gateway {

using Grants = google::protobuf::RepeatedPtrField<v1::Grant>;

// True when one of `holder` contains `wanted` whole: at least its role (an administrator's contains the roles
// outside the ladder too), all of its channels and teams, no less of what is private.
bool covers(const std::vector<rpc::GrantSpec>& holder, const rpc::GrantSpec& wanted);
bool covers(const std::vector<rpc::GrantSpec>& holder, const Grants& wanted);

// The refusal of who may do less than the person whom he would steer.
Status grants_exceeded();

// An administrator of everything.
bool is_full_admin(const Grants& grants);

// OK, or what is wrong with them. `field` is the field's name in the request.
Status check_grants(const std::string& field, const Grants& grants);

std::vector<rpc::GrantSpec> to_specs(const Grants& grants);

}  // namespace guichet::gateway
