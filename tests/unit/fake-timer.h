#pragma once

#include "core/io/wall-timer.h"

G_BEGIN_DECLS

#define AMFA_TYPE_FAKE_TIMER (amfa_fake_timer_get_type ())
G_DECLARE_FINAL_TYPE (AmfaFakeTimer, amfa_fake_timer, AMFA, FAKE_TIMER, GObject)

/* A clock that stands still until it is told otherwise. */
AmfaFakeTimer *amfa_fake_timer_new (gint64 now);
gint64 amfa_fake_timer_get_armed (AmfaFakeTimer *self);
void amfa_fake_timer_advance (AmfaFakeTimer *self, gint64 seconds);
void amfa_fake_timer_jump (AmfaFakeTimer *self, gint64 seconds);
void amfa_fake_timer_sleep (AmfaFakeTimer *self, gint64 seconds);

G_END_DECLS
