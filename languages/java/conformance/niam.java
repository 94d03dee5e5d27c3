package com.example;

import com.google.gson.JsonObject;

public class Niam {
  public static JsonObject niam(JsonObject args) {
    return args;
  }
}
