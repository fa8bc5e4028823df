#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AmfaDeviceChooser:
 *
 * Chooses an MFA device among those that AWS lists, or takes a serial number that is typed. The
 * list may come while somebody is at it already: what was typed or chosen stays. Property
 * "complete" (gboolean, read only): there is a choice that works.
 */
#define AMFA_TYPE_DEVICE_CHOOSER (amfa_device_chooser_get_type ())
G_DECLARE_FINAL_TYPE (AmfaDeviceChooser, amfa_device_chooser, AMFA, DEVICE_CHOOSER, GtkBox)

void amfa_device_chooser_begin (AmfaDeviceChooser *self,
                                GPtrArray *devices,
                                GPtrArray *unusable,
                                const char *serial,
                                const char *owner);
void amfa_device_chooser_wait (AmfaDeviceChooser *self);
void amfa_device_chooser_list (AmfaDeviceChooser *self, GPtrArray *devices, GPtrArray *unusable);
void amfa_device_chooser_say (AmfaDeviceChooser *self, const GError *error);
char *amfa_device_chooser_dup_serial (AmfaDeviceChooser *self);

G_END_DECLS
