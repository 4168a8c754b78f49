#include "services/ingest/web/texts.hpp"

namespace guichet::ingest::web {

const Texts kFrench = {
    .code = "fr",
    .name = "Français",
    .languages_label = "Langue",
    .back_to_site = "Retour à {site}",
    .our_team = "Notre équipe",
    .optional = "(facultatif)",
    .complaint = {.title = "Introduire une plainte",
                  .intro =
                      "Dites-nous ce qui s’est mal passé. Une personne lit chaque plainte et vous répond.",
                  .message_label = "Que s’est-il passé ?",
                  .message_hint =
                      "Quand cela s’est passé, ce que vous attendiez et ce qui réglerait le problème.",
                  .send = "Envoyer ma plainte",
                  .subject = "Plainte"},
    .contact = {.title = "Nous contacter",
                .intro = "Posez-nous votre question. Une personne lit chaque message et vous répond.",
                .message_label = "Que souhaitez-vous nous demander ou nous dire ?",
                .message_hint = "Plus vous nous en dites, plus vite nous pourrons vous aider.",
                .send = "Envoyer mon message",
                .subject = "Message"},
    .about_you = "Vous",
    .customer_question = "Êtes-vous client ?",
    .customer_yes = "Oui, moi-même",
    .customer_organisation = "Oui, mon organisation",
    .customer_no = "Non",
    .organisation_label = "Quelle organisation ?",
    .manager_question = "Avez-vous un chargé de relation chez nous ?",
    .manager_hint =
        "La personne avec qui vous êtes d’habitude en contact. Elle verra votre message en premier.",
    .yes = "Oui",
    .no = "Non",
    .manager_name_label = "Son nom",
    .reach_you = "Comment vous joindre ?",
    .name_label = "Votre nom",
    .email_label = "Adresse e-mail",
    .phone_label = "Numéro de téléphone",
    .preferred_question = "Que préférez-vous ?",
    .preferred_email = "E-mail",
    .preferred_phone = "Téléphone",
    .preferred_page = "Ma page privée",
    .preferred_page_hint =
        "Vous recevez un lien privé juste après l’envoi. Notre réponse y apparaît toujours.",
    .your_message = "Votre message",
    .attachments_label = "Pièces jointes",
    .attachments_hint = "Au plus {files} fichiers de {size} Mo chacun.",
    .attachments_again = "Veuillez choisir à nouveau vos fichiers : votre navigateur ne les garde pas.",
    .leave_empty = "Laissez ce champ vide",
    .privacy = "Ce que vous écrivez ici ne sert qu’à vous répondre.",
    .error_title = "Veuillez vérifier ce qui suit",
    .error_prefix = "Erreur : ",
    .error_customer = "Indiquez si vous êtes client",
    .error_organisation = "Indiquez le nom de votre organisation",
    .error_manager = "Indiquez le nom de votre chargé de relation, ou choisissez « Non »",
    .error_name = "Indiquez votre nom",
    .error_email = "Indiquez une adresse e-mail comme nom@exemple.be",
    .error_email_wanted = "Indiquez votre adresse e-mail, puisque vous souhaitez une réponse par e-mail",
    .error_phone = "Indiquez un numéro de téléphone comme +32 2 123 45 67",
    .error_phone_wanted = "Indiquez votre numéro de téléphone, puisque vous souhaitez être appelé",
    .error_message = "Écrivez votre message",
    .error_too_long = "Raccourcissez ce texte à {max} caractères",
    .error_files_many = "Joignez au plus {files} fichiers",
    .error_file_large = "Chaque fichier peut peser au plus {size} Mo",
    .error_form_old =
        "Cette page est restée ouverte longtemps. Tout ce que vous avez écrit est encore là : envoyez-le à "
        "nouveau",
    .error_too_often =
        "Vous avez envoyé beaucoup de messages en peu de temps. Attendez quelques minutes, puis "
        "envoyez-le à nouveau",
    .error_not_stored =
        "Nous n’avons pas pu enregistrer votre message. Rien n’est perdu : envoyez-le à nouveau dans une "
        "minute",
    .error_unreadable = "Votre navigateur a envoyé quelque chose d’illisible. Veuillez réessayer",
    .thanks_title = "Merci, nous avons bien reçu votre message",
    .thanks_lead = "Il est en sécurité chez nous et attend qu’une personne le lise.",
    .thanks_reference = "Votre référence",
    .thanks_reference_hint = "Mentionnez-la quand vous nous appelez ou nous écrivez.",
    .thanks_when = "Quand vous aurez de nos nouvelles",
    .promise_hour = "dans l’heure ouvrable",
    .promise_hours = "dans les {n} heures ouvrables",
    .promise_day = "dans un jour ouvrable",
    .promise_days = "dans les {n} jours ouvrables",
    .thanks_page_title = "Suivez-le sur votre page privée",
    .thanks_page_text = "Notre réponse y apparaît, et vous pouvez nous y écrire à nouveau.",
    .thanks_page_link = "Ouvrir ma page privée",
    .thanks_page_keep = "Gardez ce lien pour vous : qui le possède peut lire la conversation.",
    .thanks_link_gone = "Pour votre sécurité, le lien privé n’est plus affiché ici.",
    .page_title = "Votre conversation",
    .page_open_lead = "Voici votre page privée. Seules les personnes qui ont ce lien peuvent l’ouvrir.",
    .page_open_button = "Ouvrir ma conversation",
    .page_open_hint = "Un seul cookie est alors placé, pour que ce navigateur puisse la lire.",
    .page_reference = "Référence {reference}",
    .page_you = "Vous",
    .page_empty_answer = "Nous n’avons pas encore répondu. Notre réponse apparaîtra ici.",
    .page_earlier = "Les messages plus anciens ne sont pas affichés ici.",
    .page_write_label = "Écrivez-nous",
    .page_send = "Envoyer",
    .page_live_on = "Les nouveaux messages apparaissent ici d’eux-mêmes.",
    .page_reload = "Chercher de nouveaux messages",
    .page_attachments = "En annexe :",
    .page_deleted = "Vous avez retiré ce message.",
    .page_edited = "modifié",
    .page_new_message = "Nouveau message",
    .claim_door_lead =
        "Ce lien a été publié : tout le monde peut l’ouvrir. Rien de ce qui s’est dit n’est montré ici tant "
        "que "
        "vous n’avez pas montré que c’est bien vous qui nous avez écrit.",
    .claim_door_button = "Continuer",
    .claim_title = "Montrez-nous que c’est bien vous",
    .claim_lead = "Publiez ce code en réponse sous votre propre commentaire, depuis le même compte :",
    .claim_why =
        "Vous seul pouvez le faire. D’ici là, nous ne savons pas qui est ici : ce que vous écrivez "
        "ci-dessous "
        "nous parvient avec la mention « non vérifié », et rien de ce qui s’est dit avant n’est montré.",
    .claim_warn =
        "Ne publiez jamais un code que quelqu’un d’autre vous a donné : il lui ouvrirait votre conversation.",
    .claim_until = "Le code est valable jusqu’au {time}.",
    .claim_check = "Je l’ai publié : vérifier",
    .claim_expired = "Votre code a expiré.",
    .claim_exhausted =
        "De mauvais codes ont été publiés trop souvent. Vous pourrez en recevoir un nouveau à partir du "
        "{time}.",
    .claim_renew = "Recevoir un nouveau code",
    .claim_proven = "Merci. Nous savons maintenant que c’est bien vous.",
    .claim_history = "Ce qui s’est dit en public",
    .claim_error_full =
        "Trop de personnes ont écrit sur cette page. Publiez d’abord votre code, vous pourrez ensuite écrire "
        "ici",
    .claim_full_title = "Trop de personnes ont ouvert cette page",
    .claim_full_text = "Réessayez dans une heure, ou répondez-nous là où vous nous avez écrit.",
    .gone_title = "Ce lien ne fonctionne plus",
    .gone_text =
        "Il a expiré, a été retiré ou n’est pas complet. Si vous l’avez copié, vérifiez qu’il n’y manque "
        "rien.",
    .away_title = "Nous revenons dans un instant",
    .away_text = "Quelque chose n’est pas disponible de notre côté. Rechargez cette page dans une minute.",
    .busy_title = "Un instant, s’il vous plaît",
    .busy_text = "Il y a eu beaucoup de demandes depuis votre réseau. Attendez une minute et réessayez.",
    .no_form_title = "Il n’y a pas de formulaire ici",
    .no_form_text = "L’adresse est peut-être incomplète, ou le formulaire n’est plus utilisé.",
    .refused_title = "Nous n’avons pas accepté cet envoi",
    .refused_text = "Il ne venait pas de notre propre page. Rouvrez la page et envoyez-le de là.",
};

}  // namespace guichet::ingest::web
