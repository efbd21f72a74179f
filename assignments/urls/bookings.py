"""Addresses of dates and bookings."""

from django.urls import path

from assignments.views import bookings, slots

urlpatterns = [
    path("opdrachten/<int:pk>/data/", slots.slots, name="slots"),
    path("opdrachten/datum/<int:pk>/", slots.slot, name="slot"),
    path("opdrachten/datum/<int:pk>/bewerken/", slots.slot_edit, name="slot_edit"),
    path("opdrachten/datum/<int:pk>/afgelasten/", slots.slot_cancel, name="slot_cancel"),
    path("opdrachten/datum/<int:pk>/boeken/", bookings.booking_new, name="booking_new"),
    path("opdrachten/boeking/<int:pk>/", bookings.booking, name="booking"),
    path("opdrachten/boeking/<int:pk>.ics", bookings.booking_ics, name="booking_ics"),
    path("opdrachten/boeking/<int:pk>/wijzigen/", bookings.booking_change, name="booking_change"),
    path("opdrachten/boeking/<int:pk>/afzeggen/", bookings.booking_cancel, name="booking_cancel"),
]
