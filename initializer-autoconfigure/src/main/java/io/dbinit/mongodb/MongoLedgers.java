package io.dbinit.mongodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import io.dbinit.Fingerprint;
import io.dbinit.Ledger;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Reads the digests of ledgers together with the marker: the number of documents and the
 * highest order for each combination of the columns, grouped by the server.
 */
final class MongoLedgers {

	private static final String FIELD = "ledger_";

	private final List<Ledger> ledgers;

	MongoLedgers(List<Ledger> ledgers) {
		this.ledgers = ledgers;
	}

	boolean isEmpty() {
		return this.ledgers.isEmpty();
	}

	/**
	 * Return the stages of an aggregation that add the groups of each ledger to a
	 * document.
	 * @return the stages
	 */
	List<Bson> stages() {
		List<Bson> stages = new ArrayList<>();
		for (int i = 0; i < this.ledgers.size(); i++) {
			Ledger ledger = this.ledgers.get(i);
			Document key = new Document();
			ledger.columns().forEach((column) -> key.append(column, "$" + column));
			stages.add(Aggregates.lookup(ledger.name(), List.of(Aggregates.group(key, Accumulators.sum("count", 1),
					Accumulators.max("last", "$" + ledger.order()))), FIELD + i));
		}
		return stages;
	}

	/**
	 * Return the digests of the groups.
	 * @param marker the document to which the stages were applied
	 * @return the digests of the ledgers that were read
	 */
	Map<Ledger, String> digests(Document marker) {
		Map<Ledger, String> digests = new LinkedHashMap<>();
		for (int i = 0; i < this.ledgers.size(); i++) {
			List<Document> groups = marker.getList(FIELD + i, Document.class);
			if (groups != null) {
				digests.put(this.ledgers.get(i),
						Fingerprint.of(String.join("\n", groups.stream().map(Document::toJson).sorted().toList())));
			}
		}
		return digests;
	}

}
