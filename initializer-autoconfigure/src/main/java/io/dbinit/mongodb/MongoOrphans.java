package io.dbinit.mongodb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.dbinit.InitializationException;
import io.dbinit.lock.Retry;
import org.bson.Document;

/**
 * Operations that a dead holder left on the server, found by the name of its connections.
 * They are ended, but for the building of indexes, which is waited for: it would have to
 * be done again.
 */
final class MongoOrphans {

	private static final Duration PAUSE = Duration.ofMillis(200);

	private final MongoDatabase admin;

	private final String name;

	MongoOrphans(MongoClient client, String name) {
		this.admin = client.getDatabase("admin");
		this.name = name;
	}

	/**
	 * Terminate the operations of a dead owner.
	 * @param dead the owner that died
	 * @param owner the owner that asks
	 * @param timeout how long to wait for operations that cannot be terminated
	 * @return the operations that were terminated or waited for, or why they are unknown
	 */
	List<String> terminate(String dead, String owner, Duration timeout) {
		Set<String> ended = new LinkedHashSet<>();
		try {
			if (operations(owner).isEmpty()) {
				return List.of("its running operations are not known: this server does not tell their clients");
			}
			Retry retry = Retry.within(timeout, "waiting for the operations of '" + dead + "'");
			List<Document> left = operations(dead);
			while (!left.isEmpty()) {
				left.forEach((operation) -> ended.add(terminate(operation)));
				if (retry.isOver()) {
					throw notEnded(left, timeout);
				}
				retry.pause(PAUSE);
				left = operations(dead);
			}
		}
		catch (MongoException ex) {
			ended.add("its running operations are not known: " + ex.getMessage());
		}
		return List.copyOf(ended);
	}

	private List<Document> operations(String owner) {
		List<Document> pipeline = List.of(new Document("$currentOp", new Document()),
				new Document("$match", new Document("appName", MongoConnections.tag(owner)).append("active", true)));
		return this.admin.aggregate(pipeline).into(new ArrayList<>());
	}

	private String terminate(Document operation) {
		Document command = operation.get("command", new Document());
		if (command.containsKey("createIndexes")) {
			return "waited until the indexes of '" + command.get("createIndexes") + "' were built";
		}
		this.admin.runCommand(new Document("killOp", 1).append("op", operation.get("opid")));
		return "terminated operation %s (%s on %s)".formatted(operation.get("opid"), operation.get("op"),
				operation.get("ns"));
	}

	private InitializationException notEnded(List<Document> left, Duration timeout) {
		return new InitializationException(
				"'%s' still runs %s after %s, which a dead process began".formatted(this.name,
						left.stream().map((operation) -> operation.get("op") + " on " + operation.get("ns")).toList(),
						timeout),
				"Wait until the operations have ended, or end them, and start again. Nothing was changed.", null);
	}

}
