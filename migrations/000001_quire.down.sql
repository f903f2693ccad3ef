DROP TABLE run_chunks, run_parts, runs, note_log, paragraphs, notes, grants, node_paths, nodes,
    audit, authority, settings, one_time_links, sign_ins, memberships, groups, users, principals;
DROP FUNCTION principals_of(bigint), node_roles(bigint[], timestamptz), has_live_owner(uuid),
    refuse_ownerless(), refuse_unowned_node(), search_words(text);
