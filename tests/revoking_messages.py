"""RevokeCertificate messages, as care sends them."""

from __future__ import annotations

REVOCATION = """\
<r:RevokeCertificate xmlns:r="urn:riv:clinicalprocess:healthcond:certificate:RevokeCertificateResponder:2"
    xmlns:c="urn:riv:clinicalprocess:healthcond:certificate:3"
    xmlns:t="urn:riv:clinicalprocess:healthcond:certificate:types:3"
    xmlns:later="urn:riv:clinicalprocess:healthcond:certificate:3.2">
  <r:meddelande>Utfärdat på fel patient</r:meddelande>
  <r:skickatTidpunkt>2026-03-03T14:05:00</r:skickatTidpunkt>
  <r:intygs-id><t:root>SE2120009994-ENHET1</t:root><t:extension>CERTIFICATE</t:extension></r:intygs-id>
  <r:patientPerson-id><t:root>ROOT</t:root><t:extension>PERSON</t:extension></r:patientPerson-id>
  <r:skickatAv>
    <c:personal-id><t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE2120009994-LAKARE</t:extension></c:personal-id>
    <c:fullstandigtNamn>Lina Läkarsson</c:fullstandigtNamn>
    <c:enhet>
      <c:enhets-id><t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE2120009994-ENHET1</t:extension></c:enhets-id>
      <c:arbetsplatskod><t:root>1.2.752.29.4.71</t:root><t:extension>0000000</t:extension></c:arbetsplatskod>
      <c:enhetsnamn>Provenheten</c:enhetsnamn>
      <c:postadress/><c:postnummer/><c:postort/>
      <c:telefonnummer/>
      <c:vardgivare>
        <c:vardgivare-id>
          <t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE2120009994</t:extension>
        </c:vardgivare-id>
        <c:vardgivarnamn>Region Prov</c:vardgivarnamn>
      </c:vardgivare>
    </c:enhet>
    <later:legitimeratYrke><t:code>LK</t:code><t:codeSystem>1.2.752.29.23.1.6</t:codeSystem></later:legitimeratYrke>
  </r:skickatAv>
</r:RevokeCertificate>
"""


def revocation_of(certificate: str, person: str) -> bytes:
    """A message that revokes the certificate with this id, said to be about this person."""
    kind = "3" if person[6:8] > "60" else "1"
    text = REVOCATION.replace("CERTIFICATE<", f"{certificate}<").replace("PERSON<", f"{person}<")
    return text.replace("ROOT<", f"1.2.752.129.2.1.3.{kind}<").encode()
