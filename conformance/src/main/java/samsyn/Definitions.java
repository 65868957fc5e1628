package samsyn;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;

/** Where the validator finds profiles, code systems and value sets: in files, and nowhere on a network. */
final class Definitions {
  private Definitions() {}

  static IValidationSupport chain(FhirContext fhir, List<Path> folders) throws IOException {
    PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(fhir);
    for (Path folder : folders) {
      for (Path file : Conformance.jsonFiles(folder)) {
        ours.addResource(fhir.newJsonParser().parseResource(Files.readString(file)));
      }
    }
    return new ValidationSupportChain(
        ours,
        new DefaultProfileValidationSupport(fhir),
        new CommonCodeSystemsTerminologyService(fhir),
        new InMemoryTerminologyServerValidationSupport(fhir));
  }
}
