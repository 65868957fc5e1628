package samsyn;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** Asks HL7's validator about every JSON file of a folder, and prints what it says as one line of JSON each. */
public final class Conformance {
  private Conformance() {}

  /**
   * Validates.
   *
   * @param arguments the folder of outputs, then the folders that define profiles and code systems
   */
  public static void main(String[] arguments) throws IOException {
    Path outputs = Path.of(arguments[0]);
    List<Path> definitions = Stream.of(arguments).skip(1).map(Path::of).toList();
    FhirContext fhir = FhirContext.forR4Cached();
    FhirValidator validator = fhir.newValidator();
    FhirInstanceValidator official = new FhirInstanceValidator(Definitions.chain(fhir, definitions));
    official.setNoTerminologyChecks(false);
    validator.registerValidatorModule(official);
    for (Path file : jsonFiles(outputs)) {
      String content = Files.readString(file);
      for (SingleValidationMessage message : validator.validateWithResult(content).getMessages()) {
        System.out.println(Finding.of(outputs.relativize(file).toString(), message));
      }
      System.out.println(Finding.done(outputs.relativize(file).toString()));
    }
  }

  static List<Path> jsonFiles(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
  }
}
