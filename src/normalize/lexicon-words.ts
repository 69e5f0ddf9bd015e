/**
 * Words whose presence after an undo (letters joined, digits read as letters, text reversed) shows that the undo was right: the commonest
 * function words of English and the vocabulary of requests to a model, then the same of some other languages. Lower case, three letters up.
 */
export const LEXICON_WORDS: string = `
the and you that for are with his they this have from one had word but not what all were when your can said there use each which she how
their will other about out many then them these some her would make like him into time has look two more write see number way could people
than first been call who its now find long down day did get come made may part over new sound take only little work know place year live
back give most very after thing things our just name good sentence man think say great where help through much before line right too mean
means old any same tell follow came want show also around form three small set put end does another well large must big even such because
turn here why ask asks asked went men read need land different home move try kind hand picture again change off play spell air away animal
house point page letter mother answer answers found study still learn should world high every near add food between own below country plant
last school father keep tree never start city earth eye light thought head under story saw left don few while along might close something
seem next hard open example begin life always those both paper together got group often run important until children side feet car mile
night walk white sea began grow took river four carry state once book hear stop without second late miss idea enough eat face watch far
really almost let above girl sometimes mountain cut young talk soon list song being leave family using being done anything everything
nothing someone anyone everyone whatever itself yourself myself however therefore since against within instead rather whether though
upon during everyone possible true false yes sure okay please thanks thank hello dear want wants wanted needs needed
ignore ignored ignores ignoring disregard disregarded disregarding forget forgets forgot override overrides overriding overridden bypass
bypasses bypassing bypassed skip skips skipping violate circumvent discard dismiss drop abandon cancel clear reset erase remove delete
destroy neglect pay attention previous previously prior preceding earlier former original initial initially existing current currently
foregoing aforementioned instruction instructions instructed instruct prompt prompts prompted direction directions directive directives
command commands commanded order orders rule rules guideline guidelines policy policies restriction restrictions restricted constraint
constraints limit limits limitation limitations limited filter filters filtered filtering guardrail guardrails safeguard safeguards
safety safe unsafe security secure secret secrets secretly hidden hide conceal confidential private privileged internal classified
protected password passwords passphrase passcode credential credentials token tokens key keys code codes api admin administrator root
sudo developer developers debug debugging mode modes maintenance override unlock unlocked unlocks enable enabled enabling disable disabled
disabling activate activated deactivate switch system systems message messages assistant assistants model models language chat chatbot
chatgpt gpt openai anthropic claude gemini llama bard copilot agent agents robot machine human humans user users person persona personas
character characters role roles roleplay pretend pretending pretends act acts acting actor simulate simulated simulation simulator imagine
imaginary hypothetical hypothetically fictional fiction scenario scenarios game story novel dialogue conversation conversations context
speak speaking respond responds response responses responding reply replies output outputs print prints printed printing display
displays reveal reveals revealed revealing disclose discloses disclosed expose exposed leak leaks leaked share provide provides provided
repeat repeats repeated repeating recite verbatim exactly word words sentence sentences text texts paragraph paragraphs content contents
contained contain contains translate translated translation summarize summary summarise explain describe describes detail details
detailed steps step instructions guide tutorial recipe method methods create creates created creating generate generates generated
generating compose produce build building construct develop execute executes executed executing execution running launch
perform performs performing complete completes completely task tasks goal goals objective mission purpose request requests
requested requesting question questions query queries input inputs data information info knowledge database file files folder document
documents email emails mail send sends sending sent forward forwarded upload uploads download downloads fetch visit click link links url
website websites web internet online server servers http https post image images markdown html script scripts python bash shell terminal
tool tools function functions calls calling called plugin browser search searches account accounts bank money transfer payment pay
credit card cards number numbers address phone social personal identity steal stealing stolen fraud scam hack hacks hacking hacked hacker
hackers exploit exploits exploiting malware virus ransomware phishing attack attacks attacking attacker weapon weapons bomb bombs
explosive explosives drug drugs poison kill killing murder suicide violence violent harm harmful harming hurt dangerous danger illegal
illegally legal law laws unlawful crime criminal ethical ethics ethically unethical moral morals morality immoral inappropriate
appropriate offensive explicit sexual racist hate toxic abuse controversial biased opinion opinions warning warnings disclaimer
disclaimers caution apology apologize apologise sorry cannot refuse refuses refused refusing refusal deny denied decline comply complies
compliance obey obeys obeyed obeying accept accepts accepted agree agreed allow allows allowed permit permitted permission permissions
authorized authorised authorization unauthorized access accessed grant granted free freely freedom free liberated unrestricted
unfiltered uncensored censored censorship unlimited jailbreak jailbroken jailbreaking dan anything evil villain malicious devil
master slave creator creators owner boss manager company team staff employee customer client expert professional doctor lawyer teacher
student scientist engineer programmer hacker grandmother grandma friend child kids adult woman women boy test tests testing tested
evaluation research researcher educational education purposes trial experiment demo demonstration special emergency urgent immediately
critical importance required require requires requirement requirements necessary essential absolutely always forever remember
remembers memory memories recall aware awareness conscious sentient feelings emotions alive dead death believe truth lie lies lying honest
trust trusted true real actual actually literally simply merely directly indirectly straight regardless despite according accordance
beginning start starts started starting begins ending final finally conclude finish finished stay stays remain remains continue
continues continued proceed begin entire entirely full fully whole total totally every single exact precise correct incorrect wrong
right change changes changed changing modify modified alter update updates updated replace replaced reverse reversed encode encoded
encoding decode decoded decoding encrypt decrypt base cipher convert converts converted format formatted json yaml table column row
english spanish french german italian portuguese russian chinese japanese language languages letters alphabet poem poems song essay
article blog report review reviews product price title description name names author date today tomorrow yesterday hours minutes
password flag flags challenge level levels guess hint hints riddle win winner prize score points player players access granted
whoever whenever wherever everything behave behaves behavior behaviour personality identity opposite evil twin alter ego version
versions updated upgrade release latest newest legacy standard default normal usual typical common rare unique various several certain
specific general public open closed shut lock begin above below top bottom left inside outside section sections part parts block blocks
line lines tag tags header footer comment comments note notes notice important attention emphasis bold italic quote quotes quoted
delimiter separator end ends stop stops stopped halt quit exit break breaks broken crash error errors fail fails failed failure success
successful successfully able unable capable capability capabilities ability abilities feature features function power powers powerful
control controls controlled controlling manipulate manipulation trick tricks tricked fool cheat lie deceive mislead persuade convince
threat threats threaten punish punishment penalty reward rewards tokens lose losing loss lost save saves saved saving protect
considered consider considering regard regarded treat treated treating interpret interpreted understand understood understanding
acknowledge confirm confirmed confirms affirm agree promise swear guarantee ensure ensures make makes making sure adhere abide
conform conforms follows followed following follower given gives giving takes taking taken gets getting goes going gone says saying tells
telling told shows showing shown writes writing written wrote looks looking seems think thinks thinking knows knowing known wanted
works working worked uses used useful using needs being become becomes became having does doing
subject strictly body process verify verified check checks checking inject injected injection protocol insert inserted amount location
profile history extract extracted phrase phrases space spaces symbol symbols vowel vowels sandbox simple sensitive value values environment
confirmation confirm event events event account calendar subject transaction transactions immediate immediately strict repository profile
correct correctly operate operating operator result results retrieve retrieved receive received include includes included including
purely extra action actions status short priority trained training train budget return returns label labels record records best specific
precisely sequence explicitly target reference type types topic main issue issues fake similar javascript programming program software
solution computer helpful unknown application activity settings past range available avoid style reach keep keeping split better ready
based none self third pass fill site item longer interactive identify termination terminate permanent unlimited amoral deviate fulfill
request adhere remark nonsense jailbroken kindly henceforth onward onwards hereby forthwith omit omitted suspend suspended void invalid
plug non sense mail payload payloads poison poisoned sibling siblings hijack tamper memory
ignorer ignorez oubliez oublie instructions consignes toutes tous vous votre vos avec pour dans est les
des une qui que pas sur par mais dites donnez affichez montrez revelez invite mot passe maintenant sans
ignora ignore ignorar olvida olvide olvidar instrucciones anteriores anterior todas todos las los para por con una este esta eres ahora
sistema mensaje muestra revela clave reglas como responde dime cual secreto secreta palabra
ignoriere ignorieren vergiss vergesse alle vorherigen bisherigen anweisungen anweisung befehle und der die das ist nicht ein eine du bist
jetzt dein deine zeige zeig system nachricht passwort regeln sage mir was ohne bitte antworte geheime geheim
ignorare dimentica dimenticare istruzioni precedenti tutte tutti sei adesso ora mostra mostrami rivela regole parola segreta segreto
rispondi come senza che non con per questo
ignorar anteriores todas agora mostre senha regras segredo responda
instrucciones instrucciones ignoreer vergeet alle vorige instructies negeer
игнорируй игнорируйте забудь забудьте все предыдущие инструкции указания правила системный промпт пароль покажи раскрой теперь ты что как
это для без ответь секрет не
`;
