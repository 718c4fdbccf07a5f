BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE asset (
	id INTEGER NOT NULL, 
	authority INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	organization TEXT, 
	level INTEGER, 
	was INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE (authority, name), 
	FOREIGN KEY(authority) REFERENCES authority (id)
);
INSERT INTO "asset" VALUES(1,1,'web-1','host','so',3,NULL);
INSERT INTO "asset" VALUES(2,1,'web-2','host','so',3,NULL);
INSERT INTO "asset" VALUES(3,1,'mail-1','host','so',2,NULL);
INSERT INTO "asset" VALUES(4,1,'portal','system','so',3,NULL);
INSERT INTO "asset" VALUES(5,1,'mail','system','so',2,NULL);
INSERT INTO "asset" VALUES(6,1,'pcs','fleet','so',NULL,NULL);
CREATE TABLE authority (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "authority" VALUES(1,'inv','/srv/inv');
CREATE TABLE blob (
	sha256 TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	pruned TEXT, 
	packed BLOB, 
	PRIMARY KEY (sha256)
);
INSERT INTO "blob" VALUES('2c7c0765b18c903bee807030dd88cd6fd7cd4e35da499262db16923f37b70a60','file',191,NULL,NULL);
INSERT INTO "blob" VALUES('253536f99576eeaaa547afa68ae4aa96889bbed066c2706a843dfc96fb5df9f1','file',77,NULL,NULL);
INSERT INTO "blob" VALUES('d6bf266ff863e271c3b30c6452b93f4bb620cc4509d84cbbe4031ac1383926e1','file',326,NULL,NULL);
INSERT INTO "blob" VALUES('c940601a9271f2bb3aa2a9bd0d867c65ea7a33969c4f0656e39c38f69cc87218','file',171,NULL,NULL);
INSERT INTO "blob" VALUES('2d82e1301ceb0dac8261bd24b2ca9114636043a975e3fe84bd54e52fa8a825ed','file',159,NULL,NULL);
INSERT INTO "blob" VALUES('b54065da30c5d2b0f3e214a7f008000466a0f37e07651f321c288f4ac167511c','inventory',565,NULL,NULL);
INSERT INTO "blob" VALUES('3e9c917e61eb1b160b095094ef47d8047e9a1a056f11e0675249c99dd6fbfb47','file',1656,NULL,NULL);
INSERT INTO "blob" VALUES('a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc','policies',124,NULL,NULL);
INSERT INTO "blob" VALUES('b8152c543c6743be2624021b64543dc0306c947b86d6486c71e62632351b8546','assessment',10246,NULL,NULL);
INSERT INTO "blob" VALUES('dfb5ad48383030bef19953e7030247daac288f58857f16cf156cc897f4f058a8','file',77,NULL,NULL);
INSERT INTO "blob" VALUES('57a5ca4da9e991dc8914f268aa02d5f6a1998c373c9cb46bb12e1c9f5dbf313e','inventory',565,NULL,NULL);
INSERT INTO "blob" VALUES('eed24704f348e5fdc163cfa5f2b4237c14cef7185f786eea2e54f2c9832fa475','assessment',10248,NULL,NULL);
INSERT INTO "blob" VALUES('c08afd21d73158dfcebf646d909d02bad5e9ef41d5985ec98c6572c6d9b711b7','assessment',10248,NULL,NULL);
CREATE TABLE control (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "control" VALUES(1,'T-REALTIME','trial');
INSERT INTO "control" VALUES(2,'T-HOSTS','trial');
INSERT INTO "control" VALUES(3,'T-FLEET','trial');
INSERT INTO "control" VALUES(4,'T-LEVEL','trial');
CREATE TABLE fault (
	run INTEGER NOT NULL, 
	asset TEXT NOT NULL, 
	probe TEXT NOT NULL, 
	code TEXT NOT NULL, 
	PRIMARY KEY (run, asset, probe), 
	FOREIGN KEY(run) REFERENCES run (id)
);
CREATE TABLE notice (
	id INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	digest_key TEXT NOT NULL, 
	first_run INTEGER NOT NULL, 
	sent_at TEXT, 
	tries INTEGER NOT NULL, 
	last_error TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (channel, recipient, digest_key), 
	FOREIGN KEY(first_run) REFERENCES run (id)
);
INSERT INTO "notice" VALUES(1,'office','it@b.example','run-1',1,'2024-06-30T23:00:05+00:00',1,NULL);
INSERT INTO "notice" VALUES(2,'office','it@b.example','run-2',2,NULL,1,'127.0.0.1:25: it refuses the connection');
INSERT INTO "notice" VALUES(3,'siem','siem','run-1',1,'2024-06-30T23:00:06+00:00',1,NULL);
CREATE TABLE outcome (
	id INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	result TEXT NOT NULL, 
	reason TEXT, 
	basis TEXT, 
	severity TEXT NOT NULL, 
	excuse TEXT, 
	counted TEXT, 
	unmet TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "outcome" VALUES(1,'pass','pass',NULL,'declared','high',NULL,NULL,NULL);
INSERT INTO "outcome" VALUES(2,'fail','fail',NULL,'declared','high',NULL,NULL,'425bd2bf394d');
INSERT INTO "outcome" VALUES(3,'fail','fail',NULL,'declared','medium',NULL,NULL,'425bd2bf394d');
INSERT INTO "outcome" VALUES(4,'pass','pass',NULL,'declared','medium',NULL,NULL,NULL);
INSERT INTO "outcome" VALUES(5,'pass','pass',NULL,'declared','critical',NULL,'95 of 100',NULL);
INSERT INTO "outcome" VALUES(6,'pass','pass',NULL,'declared','low',NULL,NULL,NULL);
INSERT INTO "outcome" VALUES(7,'fail','fail',NULL,'declared','critical',NULL,'50 of 100',NULL);
CREATE TABLE run (
	id INTEGER NOT NULL, 
	authority INTEGER NOT NULL, 
	as_of TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	ended_at TEXT NOT NULL, 
	started_by TEXT NOT NULL, 
	host TEXT NOT NULL, 
	login TEXT NOT NULL, 
	tool TEXT NOT NULL, 
	exit_code INTEGER NOT NULL, 
	git_commit TEXT, 
	inventory_digest TEXT NOT NULL, 
	policies_digest TEXT NOT NULL, 
	evidence_digest TEXT, 
	signer TEXT, 
	assessment TEXT NOT NULL, 
	inventory TEXT NOT NULL, 
	policies TEXT NOT NULL, 
	evidence TEXT, 
	prev_run INTEGER, 
	content TEXT NOT NULL, 
	chain TEXT NOT NULL, 
	note TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(authority) REFERENCES authority (id)
);
INSERT INTO "run" VALUES(1,1,'2024-06-30','2026-11-26T21:21:19.404Z','2026-11-26T21:21:19.984Z','manual','watch.example','soc','soccheck 0.1.0',1,'b6a1b8a1a298a7df130c3e0ec555e0d6b8e5e702','eaa13348f8da17da702490d78f630b31fb82156bc92a2b214de1f5fea5e930f2','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'b8152c543c6743be2624021b64543dc0306c947b86d6486c71e62632351b8546','b54065da30c5d2b0f3e214a7f008000466a0f37e07651f321c288f4ac167511c','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'aeeaa9dfaa48073bb98380abc8aa75099b5c826fba6453801614e61216e876ec','40ba420383d2b0c00ee39afee506b9af7d226a03987c7970273a6f8ea6206390',NULL);
INSERT INTO "run" VALUES(2,1,'2024-07-01','2026-11-26T21:21:20.140Z','2026-11-26T21:21:20.152Z','manual','watch.example','soc','soccheck 0.1.0',1,'b6a1b8a1a298a7df130c3e0ec555e0d6b8e5e702','462a42e6a5bd6f2ffae301b646b254751c2a84bf759eaf9568c2a22d083023ac','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'eed24704f348e5fdc163cfa5f2b4237c14cef7185f786eea2e54f2c9832fa475','57a5ca4da9e991dc8914f268aa02d5f6a1998c373c9cb46bb12e1c9f5dbf313e','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,1,'cbc66930e4a4ab4a5144cc5189cf0568a1b768d4967e62d9cd8eda67160a464c','e2f6bde5ae28551abae4720bfb1b3d9c8ff1ea116996d0df51e975ef6f58e0f1',NULL);
INSERT INTO "run" VALUES(3,1,'2024-07-02','2026-11-26T21:21:20.244Z','2026-11-26T21:21:20.255Z','manual','watch.example','soc','soccheck 0.1.0',1,'b6a1b8a1a298a7df130c3e0ec555e0d6b8e5e702','462a42e6a5bd6f2ffae301b646b254751c2a84bf759eaf9568c2a22d083023ac','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'c08afd21d73158dfcebf646d909d02bad5e9ef41d5985ec98c6572c6d9b711b7','57a5ca4da9e991dc8914f268aa02d5f6a1998c373c9cb46bb12e1c9f5dbf313e','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,2,'6991acad69a04c371b22ae7ed91d1ebaf1f217717af0bafd2f404d558422f4c8','42521e1008622cc172f9694509c5db5171cdaecff2becdb18604a3ead40d19cd',NULL);
CREATE TABLE span (
	id INTEGER NOT NULL, 
	control INTEGER NOT NULL, 
	asset INTEGER NOT NULL, 
	first_run INTEGER NOT NULL, 
	last_run INTEGER, 
	outcome INTEGER NOT NULL, 
	cause TEXT NOT NULL, 
	by_calendar BOOLEAN NOT NULL, 
	state TEXT, 
	digest TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(control) REFERENCES control (id), 
	FOREIGN KEY(asset) REFERENCES asset (id), 
	FOREIGN KEY(first_run) REFERENCES run (id), 
	FOREIGN KEY(outcome) REFERENCES outcome (id)
);
INSERT INTO "span" VALUES(1,1,1,1,NULL,1,'first',0,NULL,'a11c7f83');
INSERT INTO "span" VALUES(2,1,2,1,NULL,2,'first',0,NULL,'fa555efd');
INSERT INTO "span" VALUES(3,1,3,1,NULL,1,'first',0,NULL,'fa001663');
INSERT INTO "span" VALUES(4,2,4,1,NULL,3,'first',0,NULL,'404099b2');
INSERT INTO "span" VALUES(5,2,5,1,NULL,4,'first',0,NULL,'e5e0a59e');
INSERT INTO "span" VALUES(6,3,6,1,1,5,'first',0,NULL,'3e1f9cbf');
INSERT INTO "span" VALUES(7,4,4,1,NULL,6,'first',0,NULL,'718c2b87');
INSERT INTO "span" VALUES(8,4,5,1,NULL,6,'first',0,NULL,'5ec7fbca');
INSERT INTO "span" VALUES(9,3,6,2,NULL,7,'inventory',0,'new','44598f51');
CREATE TABLE tally (
	run INTEGER NOT NULL, 
	policy TEXT NOT NULL, 
	passed INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	failing INTEGER NOT NULL, 
	unknown INTEGER NOT NULL, 
	waived INTEGER NOT NULL, 
	grace INTEGER NOT NULL, 
	bases TEXT NOT NULL, 
	PRIMARY KEY (run, policy), 
	FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO "tally" VALUES(1,'trial',1,2,2,0,0,0,'declared 2');
INSERT INTO "tally" VALUES(2,'trial',1,2,3,0,0,0,'declared 2');
INSERT INTO "tally" VALUES(3,'trial',1,2,3,0,0,0,'declared 2');
COMMIT;
