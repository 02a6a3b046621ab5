import { createLogger } from './dist/index.js';
import pino from 'pino';
const lines=[]; const dest={write:l=>lines.push(l)};
const log=createLogger({service:'shop', levels:{db:'debug'}, redact:{paths:['a.b']}},dest);
class Req { constructor(){this.method='GET';this.password='x'} }
log.info({password:'x',user:'bob',req:new Req(), a:{b:1,c:2}, url:'/x?token=abc', get g(){throw new Error('boom')}},'login for %s with password %s', 'bob','hunter2');
log.error(new TypeError('bad token=abc',{cause:new Error('inner Bearer abcdefghijk')}));
log.child({module:'db',token:'t',reqId:1},{redact:['x.y']}).debug({x:{y:1,z:2},a:{b:3}},'child');
log.info(new Proxy({},{get(){throw 1}}),'proxy');
log.info('%s %j %o %d', {a:1,password:'x'}, {secret:'s'}, new Error('e pwd=1'), 5);
log.info({ get method(){throw new Error('m')} }, 'hostile');
log.audit('invoice.delete',{actor:{type:'user',id:'7'},resource:{type:'invoice',id:'9'},outcome:'success',changes:{password:{from:'a',to:'b'}}});
log.audit('X',{});
log.fatal('x'); log.child({a:1}).child({b:2}).info(null); log.info(undefined); log.info(12n); log.info(Symbol('x')); log.info({err:new Error('k')},'m'); log.info({error:new Error('k')});
console.log(lines.join('').replaceAll(/\\n    at [^"]*/g,'…'));
console.log(log.stats(), log.levelsInForce());
