EXTRA_DIST += %D%/Containerfile %D%/setup.sh %D%/check %D%/quickstart %D%/story.sh

# Where the shells look by themselves.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir  = $(datadir)/zsh/site-functions
dist_bashcompletion_DATA = %D%/completion/reeve-bundle.bash %D%/completion/reevectl.bash
dist_zshcompletion_DATA  = %D%/completion/_reeve-bundle %D%/completion/_reevectl
