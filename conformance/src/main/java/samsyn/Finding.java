package samsyn;

import ca.uhn.fhir.validation.SingleValidationMessage;
import com.google.gson.JsonObject;

/** What the validator says of a place in a file, as a line of JSON. */
final class Finding {
  private Finding() {}

  static String of(String file, SingleValidationMessage message) {
    JsonObject line = new JsonObject();
    line.addProperty("file", file);
    line.addProperty("severity", message.getSeverity().getCode());
    line.addProperty("id", message.getMessageId());
    line.addProperty("place", message.getLocationString());
    line.addProperty("text", message.getMessage());
    return line.toString();
  }

  static String done(String file) {
    JsonObject line = new JsonObject();
    line.addProperty("file", file);
    return line.toString();
  }
}
