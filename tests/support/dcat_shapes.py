"""What DCAT-AP 3 asks of a catalogue, as shapes (SHACL): written from the profile's tables of
mandatory and recommended properties, for the classes that ours has."""

from typing import Final

SHAPES: Final = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <urn:shapes:> .

:Named sh:property
  [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:uniqueLang true ],
  [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:uniqueLang true ] .

:Moment sh:or ( [ sh:datatype xsd:dateTime ] [ sh:datatype xsd:date ] ) .

:Catalogue a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:node :Named ; sh:property
  [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
  [ sh:path dcat:dataset ; sh:minCount 1 ;
    sh:or ( [ sh:class dcat:Dataset ] [ sh:class dcat:DatasetSeries ] ) ],
  [ sh:path dct:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path dct:issued ; sh:minCount 1 ; sh:maxCount 1 ; sh:node :Moment ],
  [ sh:path dct:modified ; sh:minCount 1 ; sh:maxCount 1 ; sh:node :Moment ],
  [ sh:path dct:language ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path foaf:homepage ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .

:Series a sh:NodeShape ; sh:targetClass dcat:DatasetSeries ; sh:node :Named ; sh:property
  [ sh:path dct:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ],
  [ sh:path dct:accrualPeriodicity ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path [ sh:inversePath dcat:inSeries ] ; sh:minCount 1 ; sh:class dcat:Dataset ] .

:Dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:node :Named ; sh:property
  [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ],
  [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
  [ sh:path dct:identifier ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
  [ sh:path dct:modified ; sh:maxCount 1 ; sh:node :Moment ],
  [ sh:path dct:temporal ; sh:minCount 1 ; sh:class dct:PeriodOfTime ],
  [ sh:path dct:spatial ; sh:minCount 1 ; sh:class dct:Location ],
  [ sh:path dcat:theme ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path dcat:keyword ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
  [ sh:path dcat:inSeries ; sh:class dcat:DatasetSeries ],
  [ sh:path dcat:version ; sh:maxCount 1 ; sh:nodeKind sh:Literal ],
  [ sh:path dct:accrualPeriodicity ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path dcat:landingPage ; sh:nodeKind sh:IRI ] .

:Distribution a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property
  [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path dcat:downloadURL ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path dct:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path dct:format ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ;
    sh:pattern "^http://publications.europa.eu/resource/authority/file-type/" ],
  [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:nodeKind sh:IRI ;
    sh:pattern "^https?://www.iana.org/assignments/media-types/" ],
  [ sh:path dcat:byteSize ; sh:maxCount 1 ; sh:datatype xsd:nonNegativeInteger ],
  [ sh:path spdx:checksum ; sh:maxCount 1 ; sh:class spdx:Checksum ] .

:Checksum a sh:NodeShape ; sh:targetClass spdx:Checksum ; sh:property
  [ sh:path spdx:algorithm ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
  [ sh:path spdx:checksumValue ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:hexBinary ] .

:Agent a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:property
  [ sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .

:Period a sh:NodeShape ; sh:targetClass dct:PeriodOfTime ; sh:property
  [ sh:path dcat:startDate ; sh:minCount 1 ; sh:maxCount 1 ; sh:node :Moment ],
  [ sh:path dcat:endDate ; sh:minCount 1 ; sh:maxCount 1 ; sh:node :Moment ] .

:Place a sh:NodeShape ; sh:targetClass dct:Location ; sh:property
  [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
"""
