"""Addresses of news."""

from django.urls import path

from news import views

app_name = "news"
urlpatterns = [
    path("nieuws/", views.news_list, name="list"),
    path("nieuws.atom", views.news_feed, name="feed"),
    path("nieuws/<slug:slug>/", views.news_detail, name="detail"),
    path("nieuws/<slug:slug>/foto/", views.news_picture, name="picture"),
]
