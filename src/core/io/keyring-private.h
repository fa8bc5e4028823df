#pragma once

#include "keyring.h"

G_BEGIN_DECLS

GDBusConnection *amfa_keyring_connect (AmfaKeyring *self,
                                       GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
