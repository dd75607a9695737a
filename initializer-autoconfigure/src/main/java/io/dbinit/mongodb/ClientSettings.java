package io.dbinit.mongodb;

import java.util.Optional;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.internal.MongoClientImpl;
import com.mongodb.connection.ClusterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Finds the settings of a client, from which clients for the lock and for the work are
 * created.
 */
final class ClientSettings {

	private ClientSettings() {
	}

	/**
	 * Return the settings with which a client was created: its credentials, TLS, codecs
	 * and compressors are those of the application.
	 * @param client the client
	 * @return the settings, or {@code null} if the client does not tell them, as one that
	 * wraps another does
	 */
	static @Nullable MongoClientSettings of(MongoClient client) {
		try {
			return (client instanceof MongoClientImpl known) ? known.getSettings() : null;
		}
		catch (LinkageError ex) {
			return null;
		}
	}

	/**
	 * Return whether a client may have been created with some settings.
	 * @param client the client
	 * @param settings the settings
	 * @return whether both connect to the same server
	 */
	static boolean match(MongoClient client, MongoClientSettings settings) {
		ClusterSettings ofClient = client.getClusterDescription().getClusterSettings();
		ClusterSettings ofSettings = settings.getClusterSettings();
		return ofClient.getHosts().equals(ofSettings.getHosts())
				&& Optional.ofNullable(ofClient.getSrvHost()).equals(Optional.ofNullable(ofSettings.getSrvHost()));
	}

}
