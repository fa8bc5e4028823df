#pragma once

#include "core/model/error.h"
#include "core/model/mfa.h"

/* MFA devices in words. */

G_BEGIN_DECLS

const char *amfa_describe_device_kind (AmfaDeviceKind kind);
const char *amfa_describe_device_problem (AmfaDeviceKind kind);
char *amfa_message_for_serial_problem (const AmfaErrorDetails *details);

G_END_DECLS
