// Drives an account through Twilio's own SDK: node drive.js ACCOUNT TOKEN NUMBER DOMAIN. Prints "ok NAME" or
// "not ok NAME: why" for each step. Resources are made, fetched, changed, listed page by page and removed.
'use strict';
const assert = require('node:assert');
const twilio = require('twilio');

const [account, token, number, domainName] = process.argv.slice(2);
const client = twilio(account, token);
const password = 'Una-Clave-Larga-1';
const nobody = '0123456789abcdef'.repeat(2);

async function refused(promise, status, ...codes) {
    const error = await promise.then(() => assert.fail('not refused'), (its) => its);
    assert(error instanceof twilio.RestException, `${error}`);
    assert(error.status === status && codes.includes(error.code), `${error.status} ${error.code} ${error.message}`);
}

// The life of most resources: `collection` makes, lists and pages; collection(sid) is one.
async function life(collection, form, change, { name, immutable = [] }) {
    const before = (await collection.list()).map((its) => its.sid);
    const made = [];
    for (let index = 0; index < 5; index++) made.push(await collection.create(form(index)));
    const first = made[0];
    assert.strictEqual(first[name], form(0)[name]);
    const changed = await collection(first.sid).update(change);
    for (const [key, value] of Object.entries(change)) {
        if (!immutable.includes(key)) assert.deepStrictEqual(changed[key], value, key);
    }
    const fetched = await collection(first.sid).fetch();
    assert.deepStrictEqual(JSON.stringify(fetched), JSON.stringify(changed));
    assert(fetched.dateCreated instanceof Date && !Number.isNaN(fetched.dateCreated.getTime()));

    const all = (await collection.list({ pageSize: 2 })).map((its) => its.sid);
    assert.strictEqual(new Set(all).size, before.length + 5, 'each once');
    for (const its of made) assert(all.includes(its.sid));
    assert.strictEqual((await collection.list({ limit: 3 })).length, 3);
    const page = await collection.page({ pageSize: 2 });
    const next = await page.nextPage();
    assert.deepStrictEqual([...page.instances, ...next.instances].map((its) => its.sid), all.slice(0, 4));

    for (const its of made) assert.strictEqual(await collection(its.sid).remove(), true);
    assert.deepStrictEqual((await collection.list()).map((its) => its.sid).sort(), before.sort());
    await refused(collection(first.sid).fetch(), 404, 20404);
    await refused(collection(first.sid).remove(), 404, 20404);
}

const steps = {
    async account() {
        const mine = await client.api.v2010.accounts(account).fetch();
        assert.deepStrictEqual([mine.sid, mine.status], [account, 'active']);
    },
    async domains() {
        await life(client.sip.domains, (i) => ({ domainName: `nodo-${i}.${domainName}`, voiceUrl: 'https://voz.example.cl/' }),
            { friendlyName: 'Cambiado', sipRegistration: true, voiceMethod: 'GET' }, { name: 'domainName' });
        await refused(client.sip.domains.create({ domainName: 'con espacio' }), 400, 21232);
    },
    async credentialLists() {
        await life(client.sip.credentialLists, (i) => ({ friendlyName: `Nodo ${i}` }), { friendlyName: 'Ñuñoa' },
            { name: 'friendlyName' });
    },
    async credentials() {
        const list = await client.sip.credentialLists.create({ friendlyName: 'Usuarios' });
        await life(client.sip.credentialLists(list.sid).credentials, (i) => ({ username: `usuario-${i}`, password }),
            { password: `${password}2` }, { name: 'username', immutable: ['password'] });
        await refused(list.credentials().create({ username: 'u', password: 'corta' }), 400, 21240, 21243);
        assert(await list.remove());
    },
    async addressLists() {
        await life(client.sip.ipAccessControlLists, (i) => ({ friendlyName: `Oficina ${i}` }), { friendlyName: 'Otra' },
            { name: 'friendlyName' });
        const list = await client.sip.ipAccessControlLists.create({ friendlyName: 'Oficinas' });
        await life(client.sip.ipAccessControlLists(list.sid).ipAddresses,
            (i) => ({ friendlyName: `Router ${i}`, ipAddress: `203.0.113.${i + 1}` }), { cidrPrefixLength: 30 },
            { name: 'ipAddress' });
        assert(await list.remove());
    },
    async mappings() {
        const domain = await client.sip.domains.create({ domainName: `mapeo.${domainName}` });
        const list = await client.sip.credentialLists.create({ friendlyName: 'Mapeo' });
        const { calls, registrations } = domain.auth();
        const places = [[calls.credentialListMappings, calls.credentialListMappings],
            [registrations.credentialListMappings, registrations.credentialListMappings]];
        for (const [place] of places) {
            assert.strictEqual((await place.create({ credentialListSid: list.sid })).sid, list.sid);
            assert.deepStrictEqual((await place.list()).map((its) => its.sid), [list.sid]);
            assert.strictEqual((await place(list.sid).fetch()).friendlyName, 'Mapeo');
        }
        assert.strictEqual((await client.sip.domains(domain.sid).fetch()).authType, 'CREDENTIAL_LIST');
        await refused(calls.credentialListMappings.create({ credentialListSid: list.sid }), 400, 21231);
        await refused(client.sip.credentialLists(list.sid).remove(), 400, 21241);
        for (const [place] of places) assert(await place(list.sid).remove());
        const legacy = client.sip.domains(domain.sid).credentialListMappings;
        assert.strictEqual((await legacy.create({ credentialListSid: list.sid })).domainSid, domain.sid);
        assert(await legacy(list.sid).remove());
        assert(await domain.remove());
        assert(await list.remove());
    },
    async numbers() {
        const made = await client.incomingPhoneNumbers.create({ phoneNumber: number, friendlyName: 'Nodo' });
        const application = await client.applications.create({ friendlyName: 'Menú', voiceUrl: 'https://voz.example.cl/m' });
        const changed = await made.update({ voiceApplicationSid: application.sid });
        assert.strictEqual(changed.voiceApplicationSid, application.sid);
        const url = await made.update({ voiceUrl: 'https://voz.example.cl/n', voiceApplicationSid: '' });
        assert.strictEqual(url.voiceUrl, 'https://voz.example.cl/n');
        const found = await client.incomingPhoneNumbers.list({ phoneNumber: number });
        assert.deepStrictEqual(found.map((its) => its.sid), [made.sid]);
        await refused(client.incomingPhoneNumbers.create({ phoneNumber: number }), 400, 21422);
        assert(await made.remove());
        assert(await client.applications(application.sid).remove());
    },
    async applications() {
        await life(client.applications, (i) => ({ friendlyName: `Aplicación ${i}` }), { voiceUrl: 'https://voz.example.cl/' },
            { name: 'friendlyName' });
    },
    async queues() {
        await life(client.queues, (i) => ({ friendlyName: `cola-${i}` }), { maxSize: 7 }, { name: 'friendlyName' });
    },
    async keys() {
        const key = await client.newKeys.create({ friendlyName: 'Llave' });
        assert(key.secret.length >= 16);
        const byKey = twilio(key.sid, key.secret, { accountSid: account });
        assert(Array.isArray(await byKey.calls.list({ limit: 1 })));
        await refused(twilio(key.sid, 'wrong', { accountSid: account }).calls.page({ pageSize: 1 }), 401, 20003);
        assert.strictEqual((await client.keys(key.sid).update({ friendlyName: 'Otra' })).friendlyName, 'Otra');
        assert((await client.keys.list()).some((its) => its.sid === key.sid));
        assert(await client.keys(key.sid).remove());
        await refused(byKey.calls.page({ pageSize: 1 }), 401, 20003);
    },
    async calls() {
        assert(Array.isArray(await client.calls.list({ limit: 20, status: 'completed' })));
        const [one] = await client.calls.list({ startTimeAfter: new Date(Date.now() - 86400e3), limit: 1 });
        if (one) {
            const call = await client.calls(one.sid).fetch();
            assert(call.startTime instanceof Date && call.accountSid === account);
            assert(Array.isArray(await call.notifications().list()) && Array.isArray(await call.recordings().list()));
        }
        await refused(client.calls(`CA${nobody}`).fetch(), 404, 20404);
        await refused(client.calls.create({ to: 'casa', from: number, url: 'https://voz.example.cl/' }), 400, 21211);
    },
    async emptyLists() {
        for (const list of [client.recordings, client.conferences, client.notifications, client.outgoingCallerIds,
            client.usage.records, client.usage.records.today, client.monitor.v1.alerts, client.monitor.v1.events]) {
            assert(Array.isArray(await list.list({ limit: 5 })));
        }
    },
    async credentialsThatAreWrong() {
        await refused(twilio(account, 'wrong').sip.domains.page({ pageSize: 1 }), 401, 20003);
    },
};

(async () => {
    for (const [name, step] of Object.entries(steps)) {
        try {
            await step();
            console.log(`ok ${name}`);
        } catch (error) {
            console.log(`not ok ${name}: ${error.stack.replace(/\s*\n\s*/g, ' | ')}`);
        }
    }
})();
